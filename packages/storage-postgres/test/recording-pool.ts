import type pg from 'pg'
import type { PostgresPool, PostgresQuery } from '../src/postgres-pool'

/** A pool that tells of every statement before it runs. */
export function recordingPool(pool: pg.Pool, onQuery: (query: PostgresQuery) => void): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect()
      return {
        query: (query) => {
          onQuery(query)
          return client.query(query)
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        removeListener: (event, listener) => client.removeListener(event, listener),
      }
    },
  }
}
