import {
  type MigrationState,
  migrateToLatest,
  migrationSql,
  migrationState,
  type TableNames,
} from '@indwell/storage-kysely'
import { Kysely } from 'kysely'
import type { Connections } from '../connections'
import type { PostgresClient } from '../postgres-pool'
import { translateError } from '../translate-error'
import { adoptServer } from './adopt-server'
import { lockInTransaction, type MigrationClients, MigrationDialect } from './migration-dialect'
import { requirePartitions } from './require-partitions'

export async function checkMigrations(connections: Connections, names: TableNames): Promise<MigrationState> {
  return withDatabase(clientsOf(connections), 'read', async (db) => {
    const state = await migrationState(db, names, 'postgres')
    if (state.applied.length > 0) await requirePartitions(db, names)
    return state
  })
}

export async function printMigrations(connections: Connections, names: TableNames): Promise<string> {
  return migrationSql(await checkMigrations(connections, names), names, 'postgres')
}

/** Applies the migrations that are missing, all of them in one transaction. */
export async function migrateDatabase(
  connections: Connections,
  names: TableNames,
  behindPooler: boolean,
): Promise<void> {
  await withDatabase(clientsOf(connections, behindPooler ? asItIs : withoutTimeout), 'write', async (db) => {
    await migrateToLatest(db, names, 'postgres')
    await requirePartitions(db, names)
    await adoptServer(db, names)
  })
}

/** The same within the transaction of a host, which decides whether anything of it stays. */
export async function migrateWithin(client: Pick<PostgresClient, 'query'>, names: TableNames): Promise<void> {
  const clients: MigrationClients = { joined: true, lease: async () => ({ client, release: () => {} }) }
  await withDatabase(clients, 'read', async (db) => {
    await lockInTransaction(db)
    await migrateToLatest(db, names, 'postgres', { joined: true })
    await requirePartitions(db, names)
    await adoptServer(db, names, { joined: true })
  })
}

type Preparation = (client: PostgresClient) => Promise<unknown>

/** @param prepare - Makes a connection ready, which nobody else gets then. */
function clientsOf(connections: Connections, prepare?: Preparation): MigrationClients {
  return {
    joined: false,
    async lease() {
      const lease = await connections.lease()
      const { client } = lease
      const release = () => lease.end(prepare !== undefined)
      try {
        await prepare?.(client)
      } catch (error) {
        release()
        throw error
      }
      return { client, release }
    },
  }
}

/** Waiting for others that migrate, or for an index of a large table, takes as long as it takes. */
const withoutTimeout: Preparation = (client) => client.query({ text: 'set statement_timeout = 0', values: [] })
/** Behind a pooler a setting would stay with whoever gets the server's connection next. */
const asItIs: Preparation = async () => undefined

async function withDatabase<T>(
  clients: MigrationClients,
  errand: 'read' | 'write',
  work: (db: Kysely<unknown>) => Promise<T>,
): Promise<T> {
  const db = new Kysely<unknown>({ dialect: new MigrationDialect(clients) })
  try {
    return await work(db)
  } catch (error) {
    throw translateError(error, errand)
  } finally {
    await db.destroy()
  }
}
