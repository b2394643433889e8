import type { UniqueInConnection } from '@indwell/core'
import type { ImportTarget } from './import-target'
import type { Row } from './row-reader'

/** Ids of who holds what a row wants to be unique. */
export interface Holders {
  readonly email: string | undefined
  readonly username: string | undefined
  readonly userId: string | undefined
}
export const nobody: Holders = { email: undefined, username: undefined, userId: undefined }

/** Asked only where it decides: otherwise the database refuses what is taken. */
export async function findHolders(target: ImportTarget, rows: readonly Row[]): Promise<ReadonlyMap<Row, Holders>> {
  const { directory, upsert, dryRun } = target
  if (!upsert && !dryRun) return new Map()
  const [emails, usernames, existing] = await Promise.all([
    inConnections(target, rows, 'email', ({ email }) => email),
    dryRun ? inConnections(target, rows, 'username', ({ record }) => record.username) : new Map<Row, string>(),
    dryRun ? Promise.all(rows.map(({ userId }) => directory.users.find(userId))) : [],
  ])
  return new Map(
    rows.map((row, index) => [
      row,
      { email: emails.get(row), username: usernames.get(row), userId: existing[index]?.userId },
    ]),
  )
}

async function inConnections(
  { directory }: ImportTarget,
  rows: readonly Row[],
  by: UniqueInConnection,
  textOf: (row: Row) => string | undefined,
): Promise<ReadonlyMap<Row, string>> {
  const found = new Map<Row, string>()
  const connections = new Set(rows.map(({ connection }) => connection))
  await Promise.all(
    Array.from(connections, async (connection) => {
      const asked = rows.filter((row) => row.connection === connection && textOf(row) !== undefined)
      const values = asked.map((row) => textOf(row) ?? '')
      const holders = await directory.users.findInConnection(connection, by, values)
      for (const [index, row] of asked.entries()) {
        const holder = holders[index]
        if (holder !== undefined) found.set(row, holder)
      }
    }),
  )
  return found
}
