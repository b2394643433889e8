import pg from 'pg'
import { postgresStorage } from '../src/index'

// Migrates, and dies with no chance to clean up before it sends its nth query.
const [, , connectionString, nth] = process.argv
let left = Number(nth)
const { prototype } = pg.Client
const query = prototype.query as (...args: unknown[]) => unknown
Object.assign(prototype, {
  query(this: unknown, ...args: unknown[]) {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL')
    return query.apply(this, args)
  },
})

const storage = postgresStorage({ connectionString: connectionString! })
await storage.migrate()
await storage.close()
