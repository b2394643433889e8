import type { ActingDirectory } from '@indwell/core'
import pg from 'pg'
import { startPostgres } from '../test/start-postgres'
import { openFilled } from './filled'
import { type Contender, concurrently, measure, median } from './measure'
import { betterAuthPeer } from './peers/better-auth'
import { rawPostgres } from './raw-postgres'
import { users as countOfUsers, keysPerUser } from './workload'

/*
 * How far reads on Postgres can come: beside what each row is compared with stands the least program that anybody could
 * write with pg alone, and then Indwell. `node bench/node_modules/.cache/limits-postgres-reads.mjs`, once the bench was bundled;
 * with a name, one part alone: 50, p99 or better-auth.
 */

const part = process.argv[2]
const server = await startPostgres({ durable: true })
const { directory, system, ownerId, userIds } = await openFilled({ connectionString: server.url, max: 10 })
const raw = rawPostgres(server.url)
const pool = new pg.Pool({ connectionString: server.url, max: 10 })
pool.on('error', () => undefined)
const userOf = (number: number) => userIds[number % userIds.length]!
const keyOf = (number: number) => `key${number % keysPerUser}`

/** What is asked for in one turn of the event loop is asked for in so many statements at once, each on a connection of its own. */
function gathered<Question, Answer>(
  parts: number,
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
) {
  let waiting: { readonly question: Question; readonly resolve: (answer: Answer) => void }[] = []
  const send = async () => {
    const all = waiting
    waiting = []
    const size = all.length < 32 ? all.length : Math.ceil(all.length / parts)
    for (let start = 0; start < all.length; start += size) {
      const some = all.slice(start, start + size)
      ask(some.map(({ question }) => question)).then((answers) => {
        for (const [index, { resolve }] of some.entries()) resolve(answers[index]!)
      })
    }
  }
  return (question: Question) =>
    new Promise<Answer>((resolve) => {
      if (waiting.push({ question, resolve }) === 1) Promise.resolve().then(send)
    })
}

/** Columns as they were written, without a name for each. */
const asWritten = { getTypeParser: () => (value: string) => value }
async function rowsOf(name: string, text: string, lists: readonly (readonly string[])[]): Promise<(string | null)[][]> {
  const values = lists.map((list) => `{${list.map((value) => `"${value}"`).join()}}`)
  return (await pool.query({ name, text, values, rowMode: 'array', types: asWritten } as pg.QueryArrayConfig)).rows
}

const entryColumns = 'key, json, bytes, sequence, created_at, changed_at, owner'
const entries = `select asked.ord, found.* from unnest((select $1::text[]), $2::text[]) with ordinality as asked (id, key, ord)
  cross join lateral (select ${entryColumns} from indwell_entry where instance_id = 'default' and subject_type = 'user'
    and subject_id = asked.id and namespace = 'app' and key = asked.key limit 1) as found`

async function readEntries(questions: readonly (readonly [userId: string, key: string])[]) {
  const answers: unknown[] = []
  const lists = [questions.map(([userId]) => userId), questions.map(([, key]) => key)]
  for (const [ord, key, json, bytes, sequence, createdAt, changedAt, owner] of await rowsOf('least', entries, lists)) {
    const value = bytes ?? JSON.parse(json!)
    const times = { createdAt: Number(createdAt), changedAt: Number(changedAt) }
    answers[Number(ord) - 1] = { key, value, sequence, owner, ...times }
  }
  return answers
}

const userColumns = `user_id, org_id, type, state, user_name, display_name, first_name, last_name, nick_name,
  preferred_language, gender, avatar_url, email, email_verified, phone, phone_verified, description, access_token_type,
  connection, username, blocked, password_changed_at, sequence, created_at, changed_at`
const usersByIds = `select asked.ord, found.* from unnest((select $1::text[])) with ordinality as asked (id, ord)
  cross join lateral (select ${userColumns} from indwell_user where instance_id = 'default' and user_id = asked.id
    limit 1) as found`

async function readUsers(userIds: readonly string[]) {
  const answers: unknown[] = []
  for (const row of await rowsOf('least_users', usersByIds, [userIds])) {
    answers[Number(row[0]) - 1] = {
      userId: row[1],
      orgId: row[2],
      type: row[3],
      state: row[4],
      userName: row[5],
      displayName: row[6],
      firstName: row[7],
      lastName: row[8],
      nickName: row[9],
      preferredLanguage: row[10],
      gender: row[11],
      avatarUrl: row[12],
      email: row[13],
      emailVerified: row[14] === 't',
      phone: row[15],
      phoneVerified: row[16] === 't',
      description: row[17],
      accessTokenType: row[18],
      connection: row[19],
      username: row[20],
      blocked: row[21] === 't',
      passwordChangedAt: row[22] === null ? null : Number(row[22]),
      sequence: row[23],
      createdAt: Number(row[24]),
      changedAt: Number(row[25]),
    }
  }
  return answers
}

async function print(what: string, callers: number, sides: Readonly<Record<string, (number: number) => unknown>>) {
  const contenders = Object.entries(sides).map(
    ([name, run]): Contender => ({ name, run: (count) => concurrently(count, callers, run) }),
  )
  for (const { name, ratio, cpuRatio, opsPerSecond } of await measure(contenders)) {
    const line = [
      ratio.toFixed(2).padStart(7),
      cpuRatio.toFixed(2).padStart(7),
      `${Math.round(opsPerSecond)}/s`.padStart(10),
    ]
    console.log(`${what}, ${callers}`.padEnd(24), name.padEnd(28), ...line)
  }
}

async function fiftyCallers() {
  const sides = <Question>(
    bare: (number: number) => unknown,
    question: (number: number) => Question,
    ask: (questions: readonly Question[]) => Promise<readonly unknown[]>,
    ours: (number: number) => unknown,
  ) => {
    const [one, two] = [gathered(1, ask), gathered(2, ask)]
    return {
      'raw pg, a statement each': bare,
      'gathered in one statement': (number: number) => one(question(number)),
      'gathered in two': (number: number) => two(question(number)),
      Indwell: ours,
    }
  }
  await print(
    'get user',
    50,
    sides(
      (n) => raw.getUser(userOf(n)),
      userOf,
      readUsers,
      (n) => system.users.get(userOf(n)),
    ),
  )
  await print(
    'get metadata',
    50,
    sides(
      (n) => raw.getEntry(userOf(n), keyOf(n)),
      (n) => [userOf(n), keyOf(n)] as const,
      readEntries,
      (n) => system.users.metadata(userOf(n)).get(keyOf(n)),
    ),
  )
}

/** Writes of one user, each in the one statement that comes after the one that is on its way. */
function gatheringWriter(userId: string) {
  let waiting: { readonly entry: readonly [string, unknown]; readonly resolve: () => void }[] = []
  let isBusy = false
  const send = async () => {
    isBusy = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await raw.set(
        userId,
        batch.map(({ entry }) => entry),
      )
      for (const { resolve } of batch) resolve()
      // Whoever is answered now asks for the next thing within this turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
    isBusy = false
  }
  return (key: string, value: unknown) =>
    new Promise<void>((resolve) => {
      waiting.push({ entry: [key, value], resolve })
      if (!isBusy) send()
    })
}

/** How much longer reads of others take while 64 write to one user, at the 99th of a hundred. */
async function othersMeanwhile() {
  const leastWrite = gatheringWriter(userOf(0))
  let unique = 0
  const value = () => {
    unique += 1
    return { plan: 'full', seats: unique }
  }
  const other = (number: number) => userIds[2 + (number % (userIds.length - 2))]!
  const sides = {
    'pg, writes gathered': {
      write: (n: number) => leastWrite(`writer${n % 64}`, value()),
      read: (n: number) => raw.getEntry(other(n), 'key0'),
    },
    Indwell: {
      write: (n: number) => system.users.metadata(userOf(1)).set({ [`writer${n % 64}`]: value() }),
      read: (n: number) => system.users.metadata(other(n)).get('key0'),
    },
  }
  const found = Object.entries(sides).map(([name, { write, read }]) => ({
    name,
    write,
    read,
    rounds: [] as number[][],
  }))
  for (let round = 0; round < 8; round += 1) {
    for (const { write, read, rounds } of found) {
      const idle = p99(await timed(1, read))
      const [writes, reads] = await Promise.all([timed(64, write), timed(1, read)])
      if (round > 0) rounds.push([p99(reads) / idle, idle, p99(reads), writes.length * 2])
    }
  }
  for (const { name, rounds } of found) {
    const [ratio, idle, busy, writes] = [0, 1, 2, 3].map((index) => median(rounds.map((round) => round[index]!)))
    const times = `${idle!.toFixed(2)} ms idle, ${busy!.toFixed(2)} ms meanwhile`
    console.log('p99 of others'.padEnd(24), name.padEnd(28), ratio!.toFixed(1).padStart(7), times, `${writes} writes/s`)
  }
}

async function timed(callers: number, operation: (number: number) => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = []
  const end = performance.now() + 500
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let number = caller; performance.now() < end; number += callers) {
        const started = performance.now()
        await operation(number)
        times.push(performance.now() - started)
      }
    }),
  )
  return times
}

const p99 = (times: readonly number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)]!

/** One trip to the server, which asks nothing of it, beside better-auth's jobs. */
async function besideBetterAuth(caller: ActingDirectory) {
  const client = await pool.connect()
  await client.query('create database better_auth')
  const auth = await betterAuthPeer({ connectionString: server.url.replace(/\/[^/]*$/, '/better_auth') }, countOfUsers)
  const trip = () => client.query({ name: 'one', text: 'select 1' })
  await print('check permission', 1, {
    'better-auth': () => auth.checkPermission(),
    'select 1': trip,
    Indwell: () => caller.checkPermission('org.write'),
  })
  await print('get user', 1, {
    'better-auth': (n) => auth.getUser(n),
    'select 1': trip,
    'raw pg, nobody checked': (n) => raw.getUser(userOf(n)),
    Indwell: (n) => caller.users.get(userOf(n)),
  })
  client.release()
  await auth.close()
}

try {
  if (part === undefined || part === '50') await fiftyCallers()
  if (part === undefined || part === 'p99') await othersMeanwhile()
  if (part === undefined || part === 'better-auth') {
    await besideBetterAuth(directory.as({ userId: ownerId, orgId: directory.defaultOrgId }))
  }
} finally {
  await raw.close()
  await pool.end()
  await directory.close()
  await server.stop()
}
process.exit()
