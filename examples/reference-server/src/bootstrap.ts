import { rename, rm, writeFile } from 'node:fs/promises'
import type { Directory } from '@indwell/core'
import type { Settings } from './settings'

/** What a start found or did. */
export interface OwnerToken {
  /** Set when the token was made just now: it can be shown this once, only its hash is stored. */
  readonly made: string | undefined
  /** Set when a token was named that is not the owner's: the database is older than it. */
  readonly ignored: boolean
}

/** Gives an empty database its owner. A database that has one stays as it is. */
export async function bootstrap(
  directory: Directory,
  { ownerToken }: Pick<Settings, 'ownerToken'>,
): Promise<OwnerToken> {
  const owner = await directory.bootstrapOwner(ownerToken === undefined ? {} : { token: ownerToken })
  if (owner.created) return { made: ownerToken === undefined ? owner.token : undefined, ignored: false }
  return { made: undefined, ignored: ownerToken !== undefined && !(await directory.authenticate(ownerToken)) }
}

/** Writes a token for scripts, readable by this user alone. A script that sees the file sees all of it. */
export async function writeTokenFile(path: string, token: string): Promise<void> {
  const unfinished = `${path}.${process.pid}`
  try {
    await writeFile(unfinished, `${token}\n`, { mode: 0o600, flag: 'wx' })
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
