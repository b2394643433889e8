import { createReadStream, createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createDirectory, type ImportProgress } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

const source = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
const { users } = source.asSystem('sign-up')
await users.createHuman({
  userId: 'ada',
  userName: 'ada',
  email: 'ada@acme.example',
  metadata: { app: { plan: 'pro' } },
})

// Read from the database as the file is written, page by page.
const file = join(tmpdir(), `indwell-${process.pid}.ndjson`)
await pipeline(Readable.from(source.export()), createWriteStream(file))

export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })

// What each line would come to, and then the same for good. What `onProgress` keeps is where to go on after a crash.
export const rehearsed = await directory.import(createReadStream(file), { dryRun: true })
export let resumeFrom: number | undefined
export const imported = await directory.import(createReadStream(file), {
  reason: 'moved from the old house',
  resumeFrom,
  onProgress(progress: ImportProgress) {
    resumeFrom = progress.resumeFrom
  },
}) // { created: 3, updated: 0, unchanged: 1, skipped: 0, failed: 0, complete: true, failures: [] }

export const ada = await directory.asSystem('check').users.get('ada')
export const again = await directory.import(createReadStream(file)) // all of it unchanged
await source.close()
