import { createRequire } from 'node:module'
import { type ClaimRecord, createDirectory, type DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import type pg from 'pg'

/** A database as the parent looks at it, past the storage where the storage answers no such question. */
export interface Site {
  readonly storage: DirectoryStorage
  /** Every claim of the database, whoever asks for it. */
  claims(): Promise<readonly ClaimRecord[]>
  /** What the database itself finds wrong with its files. */
  damage(): Promise<readonly string[]>
  close(): Promise<void>
}

const claimsQuery = `select type, value, owner_type as "ownerType", owner_id as "ownerId" from indwell_claim`

/** Opens a file as a host does that starts again, which finishes what a crash may have left of the migration. */
export async function sqliteSite(filename: string): Promise<Site> {
  const storage = sqliteStorage({ filename })
  await createDirectory({ storage })
  const database = new Database(filename)
  return {
    storage,
    claims: async () => database.prepare(claimsQuery).all() as ClaimRecord[],
    async damage() {
      const found = database.pragma('integrity_check') as { readonly integrity_check: string }[]
      return found.map(({ integrity_check }) => integrity_check).filter((text) => text !== 'ok')
    },
    async close() {
      database.close()
      await storage.close()
    },
  }
}

export async function postgresSite(connectionString: string): Promise<Site> {
  const storage = postgresStorage({ connectionString, max: 2 })
  await createDirectory({ storage })
  const pool = new pgDriver.Pool({ connectionString, max: 1 })
  pool.on('error', () => {})
  return {
    storage,
    claims: async () => (await pool.query(claimsQuery)).rows as ClaimRecord[],
    damage: async () => [],
    async close() {
      await pool.end()
      await storage.close()
    },
  }
}

const pgDriver = createRequire(import.meta.url)('pg') as typeof pg
