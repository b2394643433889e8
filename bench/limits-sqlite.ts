import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonValue, UnreadCommit } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { openFilled } from './filled'
import { type Contender, concurrently, measure } from './measure'
import { rawSqlite } from './raw-sqlite'
import { keysPerUser } from './workload'

/*
 * How near calls of one caller on SQLite can come to raw statements, by what stands between: each side does what the one
 * before it does, and more. `node bench/node_modules/.cache/limits-sqlite.mjs [row]`, once the bench was bundled.
 */

const folder = mkdtempSync(join(tmpdir(), 'indwell-limits-'))
const filename = join(folder, 'bench.db')
const workload = await openFilled({ filename })
const storage = sqliteStorage({ filename })
const raw = rawSqlite(filename)
const { directory, system, userIds } = workload

const userOf = (number: number) => userIds[number % userIds.length]!
const keyOf = (number: number) => `key${number % keysPerUser}`
let unique = 0
const value = () => {
  unique += 1
  return { plan: 'full', seats: unique }
}

/** Answers once all that was asked for in this turn has been gathered: what lets callers share statements and transactions. */
function gathered<Question, Answer>(answer: (question: Question) => Answer): (question: Question) => Promise<Answer> {
  let pending: { question: Question; resolve: (answer: Answer) => void }[] = []
  const flush = () => {
    const all = pending
    pending = []
    for (const { question, resolve } of all) resolve(answer(question))
  }
  return (question) =>
    new Promise((resolve) => {
      if (pending.push({ question, resolve }) === 1) Promise.resolve().then(flush)
    })
}

type Asked = readonly [userId: string, key: string, value?: JsonValue]
const rawGet = gathered(([userId, key]: Asked) => raw.getEntry(userId, key))
const rawSet = gathered(([userId, key, given]: Asked) => raw.set(userId, [[key, given]]))

function setCommit(userId: string, key: string, given: JsonValue): UnreadCommit {
  const json = JSON.stringify(given)
  const entry = { subjectType: 'user', subjectId: userId, namespace: 'app', key } as const
  return {
    at: Date.now(),
    actor: { type: 'system', id: '', reason: 'bench' },
    aggregates: [
      {
        key: { type: 'user', id: userId },
        owner: '',
        expect: 'live',
        events: [{ type: 'user.metadata.set', payload: { namespace: 'app', key, value: given } }],
        revise: false,
      },
    ],
    putEntries: [{ key: entry, value: { json }, stamp: { aggregate: 0, event: 0 } }],
  }
}

const one = (name: string, operation: (number: number) => unknown): Contender => ({
  name,
  run: (count) => concurrently(count, 1, operation),
})

const rows: Readonly<Record<string, readonly Contender[]>> = {
  'get metadata': [
    one('raw statements', (n) => raw.getEntry(userOf(n), keyOf(n))),
    one('with a promise', async (n) => raw.getEntry(userOf(n), keyOf(n))),
    one('gathered in a turn', (n) => rawGet([userOf(n), keyOf(n)])),
    one('the storage', (n) =>
      storage.load(directory.instanceId, [
        { read: 'entry', key: { subjectType: 'user', subjectId: userOf(n), namespace: 'app', key: keyOf(n) } },
      ]),
    ),
    one('Indwell', (n) => system.users.metadata(userOf(n)).get(keyOf(n))),
  ],
  'set metadata': [
    one('raw statements', (n) => raw.set(userOf(n), [[keyOf(n), value()]])),
    one('gathered in a turn', (n) => rawSet([userOf(n), keyOf(n), value()])),
    one('the storage', (n) => storage.commitUnread?.(directory.instanceId, [setCommit(userOf(n), keyOf(n), value())])),
    one('Indwell', (n) => system.users.metadata(userOf(n)).set({ [keyOf(n)]: value() })),
  ],
}

try {
  for (const [row, contenders] of Object.entries(rows)) {
    if (!row.includes(process.argv[2] ?? '')) continue
    console.log(row)
    for (const { name, ratio, cpuRatio, opsPerSecond } of await measure(contenders)) {
      console.log(`  ${name.padEnd(20)}`, ratio.toFixed(2), cpuRatio.toFixed(2), `${Math.round(opsPerSecond)}/s`)
    }
  }
} finally {
  raw.close()
  await storage.close()
  await directory.close()
  rmSync(folder, { recursive: true, force: true })
}
