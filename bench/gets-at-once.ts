import { measure } from './measure'
import type { RawOperations } from './operations'
import type { Row } from './row'
import type { Wanted } from './wanted'
import type { Workload } from './workload'

const atOnce = 1000

/** A thousand gets asked for in one turn, per get, against one raw get after the other. */
export async function benchGetsAtOnce(
  { system, userIds }: Workload,
  raw: RawOperations,
  wanted: Wanted,
): Promise<readonly Row[]> {
  const row = { name: 'get user, 1,000 at once', database: 'sqlite', callers: atOnce }
  if (!wanted(row)) return []
  const userOf = (number: number) => userIds[number % userIds.length]!
  const [floor, own] = await measure([
    {
      name: 'raw',
      async run(count) {
        for (let number = 0; number < count; number += 1) raw.getUser(userOf(number))
      },
    },
    {
      name: 'indwell',
      async run(count) {
        for (let start = 0; start < count; start += atOnce) {
          const size = Math.min(atOnce, count - start)
          await Promise.all(Array.from({ length: size }, (_, number) => system.users.get(userOf(start + number))))
        }
      },
    },
  ])
  return [{ ...row, ratio: own!.ratio, floorPerSecond: floor!.opsPerSecond, ownPerSecond: own!.opsPerSecond }]
}
