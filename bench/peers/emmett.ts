import type { Event } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'

type PlanSet = Event<'PlanSet', { readonly namespace: string; readonly key: string; readonly value: unknown }>

/** An event store: one event goes to the end of a stream that has to be at a version. */
export interface Appender {
  append(number: number): Promise<unknown>
  close(): Promise<void>
}

const streams = 1000

/** emmett as its documents set it up. Like ours, it counts a stream's events and gives each a place in the order of all. */
export async function emmettPeer(
  where: { readonly file: string } | { readonly connectionString: string },
): Promise<Appender> {
  const store = 'file' in where ? await sqliteStore(where.file) : getPostgreSQLEventStore(where.connectionString)
  const versions = new Map<string, bigint>()
  return {
    async append(number) {
      const stream = `user-${number % streams}`
      const event: PlanSet = {
        type: 'PlanSet',
        data: { namespace: 'app', key: 'plan', value: { plan: 'full', seats: number } },
      }
      const expectedStreamVersion = versions.get(stream) ?? 'STREAM_DOES_NOT_EXIST'
      for (;;) {
        try {
          const { nextExpectedStreamVersion } = await store.appendToStream(stream, [event], { expectedStreamVersion })
          versions.set(stream, nextExpectedStreamVersion)
          return
        } catch (error) {
          if (!isUnfinished(error)) throw error
        }
      }
    },
    close: async () => {
      if ('close' in store) await store.close()
    },
  }
}

/** `cannot commit transaction - SQL statements in progress`: its driver's statements end in threads, some too late. */
const isUnfinished = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY'

async function sqliteStore(fileName: string) {
  // Loaded where it is wanted: its driver is built by the bench and may be missing.
  const { getSQLiteEventStore } = await import('@event-driven-io/emmett-sqlite')
  return getSQLiteEventStore({ fileName, schema: { autoMigration: 'CreateOrUpdate' } })
}
