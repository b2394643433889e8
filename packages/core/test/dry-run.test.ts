import { type ActingDirectory, isDirectoryError, type MetadataChanges } from '@indwell/core'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createWorld, type World } from './world'

type Write = (acting: ActingDirectory, dryRun: boolean) => Promise<unknown>

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const maybe = <T>(...values: readonly T[]) => fc.option(oneOf(...values), { nil: undefined })
const names = ['ann', 'Ann', 'bob', 'BOB']
const emails = ['a@x.example', 'A@X.example', 'b@x.example', 'nope', 'ada@umbrella.localhost']
const metadata = oneOf<MetadataChanges | undefined>(
  undefined,
  { app: { set: { a: 1 } } },
  { user: { clear: true, set: { b: 2 } } },
  { '': {} },
)

const creation = fc
  .record({
    userId: oneOf('ann', 'Ann', 'bob', 'robot', 'a\0'),
    orgId: maybe('acme', 'umbrella', 'nowhere'),
    userName: maybe(...names, 'x@umbrella.localhost'),
    connection: maybe('db', 'other'),
    email: maybe(...emails),
    emailVerified: maybe(true, false),
    username: maybe(...names),
    blocked: maybe(true),
    createdAt: maybe(1, 1e15),
  })
  .map(
    (input): Write =>
      (acting, dryRun) =>
        acting.users.createHuman(input, { dryRun }),
  )

const update = fc
  .record({
    userId: oneOf('ann', 'Ann', 'bob', 'robot', 'nobody'),
    userName: maybe(...names),
    email: maybe(...emails, null),
    username: maybe(...names, null),
    nickName: maybe('N', null),
    blocked: maybe(true, false),
    metadata,
    ifVersion: maybe('1', '2', '3'),
  })
  .map(
    ({ userId, ifVersion, metadata, ...input }): Write =>
      (acting, dryRun) =>
        acting.users.update(userId, { ...input, ...(metadata && { metadata }) }, { dryRun, ifVersion }),
  )

const callers: readonly ((world: World) => ActingDirectory)[] = [
  ({ system }) => system,
  ({ root }) => root,
  ({ ada }) => ada,
  ({ eve }) => eve,
]
const outcomeOf = (write: Promise<unknown>) =>
  write.then(
    (answer) => ({ answer }),
    (error: unknown) => {
      if (!isDirectoryError(error)) throw error
      return { ...error, message: error.message }
    },
  )

it('a dry run answers and refuses as the write that follows it, and stores nothing', async () => {
  const steps = fc.array(fc.tuple(fc.oneof(creation, update), oneOf(...callers)), { minLength: 1, maxLength: 12 })
  // Else a test of nothing but refusals would pass.
  const met = new Set<string>()
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (writes, userLoginMustBeDomain) => {
      const world = await createWorld({ userLoginMustBeDomain })
      for (const [write, callerOf] of writes) {
        const before = await world.feed()
        const dry = await outcomeOf(write(callerOf(world), true))
        expect(await world.feed()).toEqual(before)

        expect(await outcomeOf(write(callerOf(world), false))).toEqual(dry)
        met.add('answer' in dry ? 'applied' : String({ ...dry }.code))
      }
      await world.directory.close()
    }),
    { numRuns: 60 },
  )
  expect([...met]).toEqual(
    expect.arrayContaining(['applied', 'already_exists', 'invalid_input', 'not_found', 'permission_denied']),
  )
})

it('a dry run sends nothing, and tells nobody', async () => {
  const heard: unknown[] = []
  const world = await createWorld({
    sendCode: (message) => {
      heard.push(message)
    },
  })
  world.directory.on('*', (event) => {
    heard.push(event)
  })
  const input = { email: 'a@x.example', emailCode: 'send' } as const

  await world.system.users.createHuman(input, { dryRun: true })
  expect(heard).toEqual([])
  await world.system.users.createHuman(input)
  expect(heard.length).toBeGreaterThan(1)
})
