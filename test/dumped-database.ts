import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { expect } from 'vitest'
import { createMigratedDatabase, rowsAsText } from './postgres'

/** A database, and what it holds beside what the port shows. */
export interface DumpedDatabase {
  open(): DirectoryStorage
  /** All that is stored: rows of every table, or the files with the write-ahead log. */
  dump(): Promise<readonly Uint8Array[]>
  close(): Promise<void>
}

export async function dumpedSqlite(): Promise<DumpedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'indwell-dumped-'))
  return {
    open: () => sqliteStorage({ filename: join(folder, 'directory.db') }),
    dump: async () => Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name)))),
    close: () => rm(folder, { recursive: true }),
  }
}

export async function dumpedPostgres(): Promise<DumpedDatabase> {
  const database = await createMigratedDatabase()
  return {
    open: () => postgresStorage({ connectionString: database.url }),
    dump: async () => [Buffer.from((await rowsAsText(database)).join('\n'))],
    close: () => database.drop(),
  }
}

export async function holdsTrace({ dump }: Pick<DumpedDatabase, 'dump'>, trace: string): Promise<boolean> {
  return (await dump()).some((stored) => Buffer.from(stored).includes(trace))
}

/** That a text stands in a database in none of the ways in which it could, the hash of a value among them. */
export async function expectNoTrace({ dump }: Pick<DumpedDatabase, 'dump'>, secret: string): Promise<void> {
  // Three ways to fall into groups of three bytes, without the ends that depend on what stands around.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.from(' '.repeat(shift) + secret).toString('base64')
    return text.slice(shift === 0 ? 0 : 4, -4)
  })
  const hash = createHash('sha256')
    .update(`json:${JSON.stringify(secret)}`)
    .digest('hex')
  const stored = await dump()
  for (const trace of [secret, Buffer.from(secret).toString('hex'), hash, ...base64]) {
    for (const one of stored) expect(Buffer.from(one).includes(trace), `${secret} as ${trace}`).toBe(false)
  }
}
