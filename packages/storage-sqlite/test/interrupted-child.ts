import Database from 'better-sqlite3'
import { sqliteStorage } from '../src/index'

// Migrates, and dies with no chance to clean up before it runs its nth statement.
const [, , filename, nth] = process.argv
let left = Number(nth)
const { prototype } = Database as { prototype: { prepare(this: unknown, sql: string): unknown } }
const { prepare } = prototype
prototype.prepare = function (sql) {
  if (left-- === 0) process.kill(process.pid, 'SIGKILL')
  return prepare.call(this, sql)
}

const storage = sqliteStorage({ filename: filename! })
await storage.migrate()
await storage.close()
