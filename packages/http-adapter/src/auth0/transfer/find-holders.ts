import type { ImportTarget } from './import-target'
import type { Row } from './row-reader'

/** Ids of the users whom rows update: those who hold their e-mails. Without `upsert` nobody is, and nobody asked for. */
export async function findHolders(
  { directory, upsert }: ImportTarget,
  rows: readonly Row[],
): Promise<ReadonlyMap<Row, string>> {
  const found = new Map<Row, string>()
  if (!upsert) return found
  const connections = new Set(rows.map(({ connection }) => connection))
  await Promise.all(
    Array.from(connections, async (connection) => {
      const asked = rows.filter((row) => row.connection === connection && row.email !== undefined)
      const emails = asked.map(({ email = '' }) => email)
      const holders = await directory.users.findInConnection(connection, 'email', emails)
      for (const [index, row] of asked.entries()) {
        const holder = holders[index]
        if (holder !== undefined) found.set(row, holder)
      }
    }),
  )
  return found
}
