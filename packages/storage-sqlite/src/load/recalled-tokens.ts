import type { AccessTokenRecord } from '@indwell/core'
import type { FileState } from './file-state'
import { rememberedReads } from './remembered-reads'

type TokenLoader = (instanceId: string, hash: string) => AccessTokenRecord | undefined

/** Answers what was found before where nothing that tokens are part of was written to the file since. */
export function recalledTokens(file: FileState, load: TokenLoader): TokenLoader {
  const remembered = rememberedReads<AccessTokenRecord>(file)
  return (instanceId, hash) => {
    const known = remembered.recall(instanceId, hash)
    if (known !== undefined) return known
    const found = load(instanceId, hash)
    // Whoever tries what is no token shall not take the place of those that are.
    if (found !== undefined) remembered.keep(instanceId, hash, found)
    return found
  }
}
