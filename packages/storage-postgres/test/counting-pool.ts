import type { PostgresPool } from '@indwell/storage-postgres'
import type pg from 'pg'

/** The same pool, and the text of every statement that goes through it. */
export function countingPool(pool: pg.Pool): { readonly texts: string[]; readonly pool: PostgresPool } {
  const texts: string[] = []
  return {
    texts,
    pool: {
      async connect() {
        const client = await pool.connect()
        return {
          query: (query) => {
            texts.push(query.text)
            return client.query(query)
          },
          release: (destroy) => client.release(destroy),
          on: (event, listener) => client.on(event, listener),
          removeListener: (event, listener) => client.removeListener(event, listener),
        }
      },
    },
  }
}
