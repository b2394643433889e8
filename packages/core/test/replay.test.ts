import { sqliteStorage } from '@indwell/storage-sqlite'
import { it } from 'vitest'
import { expectLogToTellRows } from './replay'

it('the log tells every row on SQLite', async () => {
  await expectLogToTellRows(async () => sqliteStorage({ filename: ':memory:' }), 60)
})
