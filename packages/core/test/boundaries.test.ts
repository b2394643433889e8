import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { describeBoundaries } from './boundaries'

describeBoundaries('SQLite', async () => {
  const database = new Database(':memory:')
  const run = async (sql: string) => database.exec(sql)
  return {
    storage: sqliteStorage({ database }),
    run,
    // The next one follows the greatest there is.
    moveOnTo: (position) =>
      run(
        `update indwell_event set position = ${position} - 1 where position = (select max(position) from indwell_event)`,
      ),
    close: async () => database.close(),
  }
})
