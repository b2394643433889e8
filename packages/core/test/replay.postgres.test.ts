import { it } from 'vitest'
import { postgresInstance } from '../../../test/postgres-instance'
import { expectLogToTellRows } from './replay'

it('the log tells every row on Postgres', async () => {
  const disposals: (() => Promise<void>)[] = []
  const open = async () => {
    const { storage, dispose } = await postgresInstance()
    disposals.push(dispose)
    return storage
  }
  try {
    await expectLogToTellRows(open, 12)
  } finally {
    for (const dispose of disposals) await dispose()
  }
})
