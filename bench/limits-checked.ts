import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { fillElsewhere } from './filled'
import { rawStatements } from './http/raw-statements'
import { concurrently, measure } from './measure'

/*
 * A set of two entries by a caller who is checked, on SQLite and without HTTP: whose token it is, whether that user is active
 * and what it may do where the subject lives, then the entries, their events and the numbers of the subject in one
 * transaction. `node bench/node_modules/.cache/limits-checked.mjs`, once the bench was bundled.
 */

const token = 'a-token-that-only-the-bench-knows'
const folder = mkdtempSync(join(tmpdir(), 'indwell-limits-'))
const filename = join(folder, 'bench.db')
const userId = fillElsewhere({ filename }, token).userIds[0]!
const directory = await createDirectory({ storage: sqliteStorage({ filename }) })
const raw = rawStatements(filename)

let number = 0
/** Never what is stored already. */
const twoEntries = () => {
  number += 1
  return ['a', 'b'].map((key) => [key, Buffer.from(String(number))] as const)
}

function rawSet(): void {
  const caller = raw.callerOf(token)
  if (caller === undefined || !raw.mayIn(caller.userId, caller.orgId)) throw new Error('refused')
  if (raw.setEntries(caller, userId, twoEntries()) === undefined) throw new Error('missing')
}

/** As any program does it that may also have a database behind a network. */
async function rawSetInSteps(): Promise<void> {
  const caller = await Promise.resolve(raw.callerOf(token))
  if (caller === undefined || !(await Promise.resolve(raw.mayIn(caller.userId, caller.orgId))))
    throw new Error('refused')
  if ((await Promise.resolve(raw.setEntries(caller, userId, twoEntries()))) === undefined) throw new Error('missing')
}

async function ownSet(): Promise<void> {
  const caller = await directory.authenticate(token)
  if (caller === undefined) throw new Error('refused')
  await directory.as(caller).users.metadata(userId, 'zitadel').apply({ set: twoEntries() })
}

const sides = [
  ['raw statements', rawSet],
  ['with promises', rawSetInSteps],
  ['Indwell', ownSet],
] as const
try {
  const measured = await measure(
    sides.map(([name, set]) => ({ name, run: (count) => concurrently(count, 1, () => set()) })),
  )
  for (const { name, ratio, cpuRatio, opsPerSecond } of measured) {
    console.log(name.padEnd(20), ratio.toFixed(2), cpuRatio.toFixed(2), `${Math.round(opsPerSecond)}/s`)
  }
} finally {
  raw.close()
  await directory.close()
  rmSync(folder, { recursive: true, force: true })
}
