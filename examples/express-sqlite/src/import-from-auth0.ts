import { createReadStream } from 'node:fs'
import { createDirectory } from '@indwell/core'
import { exportUsers, importUsers, type RowReport } from '@indwell/http-adapter/auth0'
import { sqliteStorage } from '@indwell/storage-sqlite'

export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
const file = createReadStream(new URL('../users-of-auth0.json', import.meta.url))

export const refused: RowReport[] = []
export const result = await importUsers(directory, file, {
  format: 'auth0',
  upsert: true,
  onError: (report) => refused.push(report),
})
// { failed: 1, updated: 0, inserted: 2, total: 3, dropped: { password_hash: 1 } }

export let lines = ''
for await (const some of exportUsers(directory, { format: 'json' })) lines += some
