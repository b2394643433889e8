import { type ActingDirectory, createDirectory, type Directory, type DirectoryStorage } from '@indwell/core'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ImportUsersOptions, importUsers, type RowReport, UserImportError } from '../../src/auth0'
import { storageKinds, storageOfInstances } from './storages'

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const maybe = <T>(...values: readonly T[]) => fc.option(oneOf(...values), { nil: undefined, freq: 2 })
const ids = ['a', 'A', 'auth0|a', 'auth0|B', 'b', 'email|a', 'EMAIL|a', 'robot', 'Robot', 'nat', 'c|d', 'C|D']
const emails = ['a@x.example', 'A@X.example', 'b@x.example', 'B@x.Example', 'nat@x.example', 'c@x.example']
const connections = ['other', 'Other', 'other bob', 'sms', 'email']

/** A row that could be kept were it not for others. */
const user = fc
  .record({
    user_id: maybe(...ids),
    email: fc.option(oneOf(...emails), { nil: undefined, freq: 9 }),
    username: maybe('ann', 'Ann', 'bob b', 'B'),
    phone_number: maybe('+12025550123'),
    blocked: maybe(true, false),
    name: maybe('N'),
    user_metadata: maybe({}, { a: 1 }, { b: [null] }),
    app_metadata: maybe({ plan: 'full' }),
    password_hash: maybe('x'),
    created_at: maybe('2019-05-01T12:00:00Z'),
    identities: oneOf(undefined, undefined, undefined, ...connections).map(
      (connection) => connection && [{ connection, provider: 'auth0' }],
    ),
  })
  .map((members) => JSON.stringify(members))
const wrong = oneOf(
  '{"email":"nope"}',
  '{"email":tru}',
  '5',
  '{"email":"c@x.example","created_at":"2999-01-01T00:00:00Z"}',
  '{"email":"c@x.example","name":"a\\u0000"}',
  '{"email":"c@x.example","user_metadata":{"a.b":1}}',
)
const row = fc.oneof({ weight: 9, arbitrary: user }, { weight: 1, arbitrary: wrong })
/** Some are longer than what is handed over at once. */
const file = fc
  .tuple(
    fc.array(row, { maxLength: 8, size: 'max' }),
    fc.array(row, { maxLength: 8, size: 'max' }),
    oneOf(0, 0, 0, 197),
  )
  .map(([first, rest, between]) => [...first, ...Array.from({ length: between }, () => '{}'), ...rest])

const callers: readonly ((directory: Directory) => Directory | ActingDirectory)[] = [
  (directory) => directory,
  (directory) => directory.as({ userId: 'root', across: 'instance' }),
  // Sees none of the users that were there before, who are of another org.
  (directory) => directory.as({ userId: 'owner', orgId: 'acme' }),
  (directory) => directory.as({ userId: 'viewer', across: 'instance' }),
]

/** All that a run tells. */
async function told(
  target: Directory | ActingDirectory,
  rows: readonly string[],
  options: Omit<ImportUsersOptions, 'format'>,
) {
  const reports: RowReport[] = []
  const onError = (report: RowReport) => reports.push(report)
  try {
    return { result: await importUsers(target, rows.join('\n'), { ...options, format: 'auth0', onError }), reports }
  } catch (error) {
    if (!(error instanceof UserImportError)) throw error
    const { code, summary, cause } = error
    return { failed: { code, rows: error.rows, summary, cause: String(cause) }, reports }
  }
}

describe.each(storageKinds)('a dry run on %s', (kind) => {
  let storage: DirectoryStorage
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ storage, dispose } = await storageOfInstances(kind))
  })
  afterEach(() => dispose())

  let instances = 0
  /** A new instance with users of every face, and those of `before`. */
  async function populated(before: readonly string[]): Promise<Directory> {
    const directory = await createDirectory({ storage, instanceId: `i${++instances}` })
    const { users, orgs, members } = directory.asSystem('test')
    await orgs.create({ orgId: 'acme', name: 'Acme', admins: [{ human: { userId: 'owner' } }] })
    await users.createHuman({ userId: 'nat', userName: 'AUTH0|B', email: 'nat@x.example' })
    await users.createMachine({ userId: 'robot', userName: 'c|d', name: 'R' })
    for (const [userId, role] of [
      ['root', 'IAM_OWNER'],
      ['viewer', 'IAM_OWNER_VIEWER'],
    ] as const) {
      await users.createMachine({ userId, userName: userId, name: userId })
      await members.add({ userId, roles: [role] })
    }
    await told(directory, before, {})
    const { items } = await users.list({ filter: { op: 'equals', field: 'email', value: 'b@x.example' } })
    for (const { userId } of items) await users.delete(userId)
    return directory
  }

  const newest = async (directory: Directory) => {
    const { items } = await directory.asSystem('test').users.list({ limit: 1000 })
    return items.map(({ userId, sequence }) => `${userId} ${sequence}`)
  }

  it('tells what the run would, whatever is in the file and in the directory', async () => {
    const options = fc.record({
      upsert: fc.boolean(),
      mergeMetadata: fc.boolean(),
      connection: oneOf(undefined, undefined, 'other', 'sms'),
    })
    const met = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(user, { maxLength: 5, size: 'max' }),
        file,
        options,
        fc.nat(),
        oneOf(...callers),
        async (before, rows, { connection, ...flags }, at, callerOf) => {
          const directory = await populated(before)
          const target = callerOf(directory)
          const skip = rows.length === 0 ? 0 : at % (rows.length + 1)
          const chosen = { ...flags, skip: at % 3 === 0 ? 0 : skip, ...(connection !== undefined && { connection }) }
          const stored = await newest(directory)

          const dry = await told(target, rows, { ...chosen, dryRun: true })
          expect(await newest(directory)).toEqual(stored)

          expect(await told(target, rows, chosen)).toEqual(dry)
          for (const { errors } of dry.reports) for (const { code } of errors) met.add(code)
          if (dry.failed !== undefined) met.add(dry.failed.code)
          if (dry.result?.inserted) met.add('inserted')
          if (dry.result?.updated) met.add('updated')
        },
      ),
      { numRuns: kind === 'sqlite' ? 60 : 25 },
    )
    // Else files that fail as a whole would do.
    expect([...met]).toEqual(
      expect.arrayContaining(['DUPLICATED_USER', 'CONFLICT', 'CONFLICT_USERNAME', 'inserted', 'updated']),
    )
  })

  it('and a run that goes on behind any row tell what the whole run does of the rows that are left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(user, { maxLength: 5, size: 'max' }),
        file,
        fc.boolean(),
        fc.nat(),
        async (before, rows, upsert, at) => {
          const skip = at % (rows.length + 1)
          const [whole, broken] = [await populated(before), await populated(before)]

          const all = await told(whole, rows, { upsert })
          const first = await told(broken, rows.slice(0, skip), { upsert })
          const dry = await told(broken, rows, { upsert, skip, dryRun: true })
          const rest = await told(broken, rows, { upsert, skip })

          expect(rest).toEqual(dry)
          expect([...first.reports, ...rest.reports]).toEqual(all.reports)
          expect((first.result?.inserted ?? 0) + (rest.result?.inserted ?? 0)).toBe(all.result?.inserted)
        },
      ),
      { numRuns: kind === 'sqlite' ? 25 : 10 },
    )
  })

  it('knows what collides in its case alone, with users of other faces too', async () => {
    const existing = { email: 'a@x.example', user_id: 'a', username: 'ann' }
    const directory = await populated([JSON.stringify(existing)])
    const rows = [
      { email: 'A@X.example' },
      { email: '1@x.example', user_id: 'A' },
      { email: '2@x.example', username: 'ANN' },
      { email: '3@x.example', user_id: 'auth0|b' },
      { email: '4@x.example', user_id: 'C|D', identities: [{ connection: 'email', provider: 'C' }] },
      { email: '5@x.example', user_id: 'robot' },
    ].map((wanted) => JSON.stringify(wanted))
    const codes = async (options: Omit<ImportUsersOptions, 'format'>) =>
      (await told(directory, rows, options)).reports.map(({ errors }) => errors.map(({ code }) => code).join())

    expect(await codes({ dryRun: true })).toEqual(Array(6).fill('DUPLICATED_USER'))
    const refused = ['CONFLICT', 'CONFLICT_USERNAME', 'CONFLICT', 'CONFLICT', 'CONFLICT']
    expect(await codes({ upsert: true, dryRun: true })).toEqual(refused)
    expect(await codes({ upsert: true })).toEqual(refused)
  })

  it('knows what only the directory refuses', async () => {
    const directory = await populated([])
    const many = (prefix: string) =>
      JSON.stringify({
        email: 'a@x.example',
        user_metadata: Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`${prefix}${index}`, index])),
      })
    await told(directory, [many('x')], {})

    const dry = await told(directory, [many('y')], { upsert: true, dryRun: true })

    expect(dry).toMatchObject({ result: { failed: 1 }, reports: [{ errors: [{ code: 'NOT_PASSED' }] }] })
    expect(await told(directory, [many('y')], { upsert: true })).toEqual(dry)
  })
})
