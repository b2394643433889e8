import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commit, JsonValue, UnreadCommit } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { createIdSource } from '../packages/core/src/ids'
import { evolveUser } from '../packages/core/src/users/user'
import { openFilled } from './filled'
import { type Contender, concurrently, measure, writingRoundMs } from './measure'
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

const orgId = directory.defaultOrgId
const newId = createIdSource(directory.now, directory.randomBytes)
const userOf = (number: number) => userIds[number % userIds.length]!
const keyOf = (number: number) => `key${number % keysPerUser}`
let unique = 0
const next = () => {
  unique += 1
  return unique
}
const value = () => ({ plan: 'full', seats: next() })
const named = <T>(create: (userName: string, email: string) => T): T => {
  const userName = `new${next()}`
  return create(userName, `${userName}@example.com`)
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

const rawCreate = gathered((names: readonly [userName: string, email: string]) =>
  raw.createUser(newId(), ...names, orgId),
)

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

function creation(userId: string, userName: string, email: string): Commit {
  const names = { userName, firstName: 'Ada', lastName: 'New', displayName: 'Ada New', email }
  const key = { type: 'user', id: userId } as const
  const added = { type: 'user.human.added', payload: names } as const
  const events = [added, { type: 'user.human.email.code.added', payload: {} }]
  const record = evolveUser(undefined, { ...added, aggregate: key, owner: orgId, sequence: '0', createdAt: 0 })!
  return {
    at: Date.now(),
    actor: { type: 'system', id: '', reason: 'bench' },
    aggregates: [
      { key, owner: orgId, expect: 'new', events, revise: true },
      { key: { type: 'org', id: orgId }, owner: orgId, expect: 'live', events: [], revise: false },
    ],
    put: [{ kind: 'user', record, stamp: { aggregate: 0, event: 0 }, created: true }],
    takeClaims: [{ type: 'user_name', value: userName, ownerType: 'user', ownerId: userId }],
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
  'create user': [
    one('raw statements', () => named((...names) => raw.createUser(newId(), ...names, orgId))),
    one('gathered in a turn', () => named((...names) => rawCreate(names))),
    one('the storage', () => named((...names) => storage.commit(directory.instanceId, [creation(newId(), ...names)]))),
    one('Indwell', () =>
      named((userName, email) =>
        system.users.createHuman({ orgId, userName, firstName: 'Ada', lastName: 'New', email }),
      ),
    ),
  ],
}

try {
  for (const [row, contenders] of Object.entries(rows)) {
    if (!row.includes(process.argv[2] ?? '')) continue
    console.log(row)
    for (const { name, ratio, cpuRatio, opsPerSecond } of await measure(
      contenders,
      row.startsWith('get') ? undefined : writingRoundMs,
    )) {
      console.log(`  ${name.padEnd(20)}`, ratio.toFixed(2), cpuRatio.toFixed(2), `${Math.round(opsPerSecond)}/s`)
    }
  }
} finally {
  raw.close()
  await storage.close()
  await directory.close()
  rmSync(folder, { recursive: true, force: true })
}
