import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { concurrently } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'
import { fill, keysPerUser } from './workload'

const few = 10_000
const many = 1_000_000

/**
 * What JavaScript holds after a million operations, to what it holds after ten thousand: nine gets to one set, and a list
 * in a hundred. The database itself is not counted: its log of events grows with every set, as it shall.
 */
export async function benchMemory(wanted: Wanted): Promise<readonly Row[]> {
  const row = { name: 'memory after 1 million operations', database: 'sqlite', callers: 50 }
  if (!wanted(row)) return []
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { directory, system, userIds } = await fill(sqliteStorage({ filename: ':memory:' }))
  const userOf = (number: number) => userIds[number % userIds.length]!
  const operation = (number: number): Promise<unknown> => {
    if (number % 100 === 0) return system.users.list({ offset: number % 500, limit: 10 })
    const metadata = system.users.metadata(userOf(number))
    const key = `key${number % keysPerUser}`
    if (number % 10 === 0) return metadata.set({ [key]: { plan: 'full', seats: number } })
    return number % 2 === 0 ? metadata.get(key) : system.users.get(userOf(number))
  }
  const heldAfter = async (count: number) => {
    await concurrently(count, 50, operation)
    collect()
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }

  const before = await heldAfter(few)
  const after = await heldAfter(many - few)
  await directory.close()
  return [{ ...row, ratio: after / before }]
}
