import type { AccessTokenRecord } from '@indwell/core'
import type { FileState } from './file-state'

type TokenLoader = (instanceId: string, hash: string) => AccessTokenRecord | undefined

/** Tokens at most. */
const most = 1000

/** Answers what was found before where nothing that tokens are part of was written to the file since. */
export function rememberedTokens(file: FileState, load: TokenLoader): TokenLoader {
  let asOf = -1
  let size = 0
  const remembered = new Map<string, Map<string, AccessTokenRecord>>()

  return (instanceId, hash) => {
    // Before the read: what others write after this is either not in what is read, or makes it another number.
    const number = file.number()
    if (number !== asOf) {
      remembered.clear()
      size = 0
      asOf = number
    }
    const known = remembered.get(instanceId)?.get(hash)
    if (known !== undefined) return known
    const found = load(instanceId, hash)
    // Whoever tries what is no token shall not take the place of those that are.
    if (found === undefined || size >= most) return found
    const ofInstance = remembered.get(instanceId) ?? new Map<string, AccessTokenRecord>()
    remembered.set(instanceId, ofInstance.set(hash, found))
    size += 1
    return found
  }
}
