import { exportUsers, importUsers } from '@indwell/http-adapter/auth0'
import { measure } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'
import { users, type Workload } from './workload'

/** A user of a file. */
export interface FileUser {
  readonly user_id: string
  readonly email: string
  readonly user_metadata: Readonly<Record<string, unknown>>
  readonly app_metadata: Readonly<Record<string, unknown>>
}

/** What a program of its own would do with the driver alone: some hundred users a statement or transaction. */
export interface RawTransfer {
  writeUsers(users: readonly FileUser[]): unknown
  /** Lines of JSON, ordered by id. */
  readLines(limit: number): Promise<readonly string[]> | readonly string[]
}

const batchSize = 200

/** Users in a second, out of files and into them: each round is one file. */
export async function benchTransfer(
  database: string,
  { directory }: Workload,
  raw: RawTransfer,
  wanted: Wanted,
): Promise<readonly Row[]> {
  let made = 0
  /** Lines of users that nobody has seen yet. */
  function* linesOf(prefix: string, count: number): Generator<string> {
    for (let index = 0; index < count; index += 1) {
      made += 1
      const id = `${prefix}${made}`
      const metadata = '"user_metadata":{"hobby":"surfing"},"app_metadata":{"plan":"full"}'
      yield `{"user_id":"${id}","email":"${id}@example.com","email_verified":true,${metadata}}\n`
    }
  }
  const operations = [
    {
      name: 'export users',
      async raw(count: number) {
        for (let left = count; left > 0; left -= users) await raw.readLines(Math.min(left, users))
      },
      async ours(count: number) {
        for (let left = count; left > 0; left -= users) {
          for await (const _ of exportUsers(directory, { format: 'json', limit: Math.min(left, users) }));
        }
      },
    },
    {
      name: 'import users',
      async raw(count: number) {
        let batch: FileUser[] = []
        for (const line of linesOf('raw', count)) {
          batch.push(JSON.parse(line) as FileUser)
          if (batch.length < batchSize) continue
          await raw.writeUsers(batch)
          batch = []
        }
        await raw.writeUsers(batch)
      },
      async ours(count: number) {
        const { inserted } = await importUsers(directory, linesOf('own', count), { format: 'auth0' })
        if (inserted !== count) throw new Error(`${inserted} of ${count} users were imported`)
      },
    },
  ]

  const rows: Row[] = []
  for (const operation of operations) {
    if (!wanted({ name: operation.name, database, callers: 1 })) continue
    const [floor, own] = await measure([
      { name: 'raw', run: operation.raw },
      { name: 'indwell', run: operation.ours },
    ])
    rows.push({
      name: operation.name,
      database,
      callers: 1,
      ratio: own!.ratio,
      cpuRatio: own!.cpuRatio,
      floorPerSecond: floor!.opsPerSecond,
      ownPerSecond: own!.opsPerSecond,
    })
  }
  return rows
}

/** What users and their entries are in a file. */
export function fileLine(
  user: { readonly user_id: string; readonly email: string },
  metadata: { readonly user?: string; readonly app?: string } = {},
): string {
  const { user: own = '{}', app = '{}' } = metadata
  return JSON.stringify({ ...user, user_metadata: JSON.parse(own), app_metadata: JSON.parse(app) })
}
