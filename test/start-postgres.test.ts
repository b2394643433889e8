import { expect, it } from 'vitest'
import { startPostgres } from './start-postgres'

it('leaves the exit code of a run to its tests', async () => {
  const before = process.listeners('beforeExit')

  const { stop } = await startPostgres()
  try {
    expect(process.listeners('beforeExit')).toEqual(before)
  } finally {
    await stop()
  }
})
