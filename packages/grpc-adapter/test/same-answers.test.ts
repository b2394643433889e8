import type { JsonValue } from '@bufbuild/protobuf'
import { openCalls } from '@indwell/http-adapter/zitadel-calls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Call, type CallerName, calls, ids } from './calls'
import { json, native, type Outcome, type Transport, web, webText } from './transports'
import { createWorld, type World } from './world'

const transports = [json, native, web, webText]

const callName = ({ name, method }: Call) => name ?? method.slice(method.indexOf('/') + 1)

/** Two of these answer the same calls with the same bytes: ids and times count up, random bytes repeat themselves. */
async function countedWorld(strict: boolean): Promise<World> {
  let lastId = Number(ids.acme) - 1
  let now = Date.UTC(2026, 0, 1)
  let draws = 0
  const world = await createWorld({
    face: { strict },
    rootToken: 'owner',
    directory: {
      clock: () => ++now,
      newId: () => String(++lastId),
      randomBytes: (count) => Uint8Array.from({ length: count }, (_, index) => (++draws * 7 + index) % 251),
      sendCode: () => undefined,
      verifyDomain: async () => true,
    },
  })
  const { users, orgs } = world.directory.asSystem('test')
  await orgs.create({ orgId: ids.beta, name: 'Beta' })
  await users.createHuman({
    userId: ids.hugo,
    userName: 'hugo',
    email: 'h@x.example',
    emailVerified: true,
    state: 'active',
  })
  await users.createMachine({ userId: ids.mia, userName: 'mia', name: 'Mia' })
  await users.createMachine({ userId: ids.nora, userName: 'nora', name: 'Nora' })
  await users.metadata(ids.nora, 'zitadel').set({ plan: new Uint8Array([1, 2, 3]) })
  return world
}

async function outcomesOf(transport: Transport, strict = false): Promise<readonly Outcome[]> {
  const world = await countedWorld(strict)
  try {
    const { token } = await world.directory.asSystem('test').users.accessTokens(ids.nora).create()
    const tokens: Readonly<Record<Exclude<CallerName, null>, string>> = {
      owner: 'owner',
      nora: token,
      unknown: 'nobody',
    }
    const seen: Record<string, JsonValue | undefined> = {}
    const outcomes: Outcome[] = []
    for (const call of calls) {
      const { caller = 'owner', headers = {} } = call
      const request = typeof call.request === 'function' ? call.request(seen) : call.request
      const bearer = caller === null ? {} : { authorization: `Bearer ${tokens[caller]}` }
      const outcome = await transport.send(world, call.method, request, { ...bearer, ...headers })
      seen[callName(call)] = outcome.answer
      outcomes.push(outcome)
    }
    expect(world.errors).toEqual([])
    return outcomes
  } finally {
    await world.close()
  }
}

describe('the same calls', () => {
  const told = new Map<string, readonly Outcome[]>()
  beforeAll(async () => {
    for (const transport of transports) told.set(transport.name, await outcomesOf(transport))
  })

  it.each(calls.map((call, index) => [index, callName(call), call] as const))(
    'end as they shall, and the same way by JSON, gRPC and gRPC-web: %i %s',
    (index, _, { fails }) => {
      const expected = told.get(json.name)?.[index]
      expect(expected).toMatchObject({
        code: fails?.code ?? 0,
        ...(fails?.message !== undefined && { message: fails.message }),
        ...(fails?.id !== undefined && { detail: { id: fails.id } }),
      })
      for (const { name } of transports) expect([name, told.get(name)?.[index]]).toEqual([name, expected])
    },
  )
})

it('end the same way where details are strict', async () => {
  const [byJson, byGrpc] = [await outcomesOf(json, true), await outcomesOf(native, true)]
  const changed = byJson[calls.findIndex(({ method }) => method.endsWith('/UpdateOrg'))]

  expect(changed?.answer).toEqual({
    details: { sequence: expect.anything(), changeDate: expect.anything(), resourceOwner: ids.beta },
  })
  expect(byGrpc).toEqual(byJson)
})

describe('the list', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  afterAll(() => world.close())

  it('has a success of every method that is served', () => {
    const { directory } = world
    const limits = world.exchange.limits
    if (limits === undefined) throw new Error('no limits')
    const served = [...openCalls({ directory, authenticate: async () => undefined, limits }).keys()]
    const succeeding = calls.filter(({ fails }) => fails === undefined).map(({ method }) => `zitadel.${method}`)

    expect(served.filter((name) => !succeeding.includes(name))).toEqual([])
  })
})
