import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Auth0World, auth0World } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

type Metadata = Readonly<Record<string, unknown>>

/** The vendor's rules for one metadata object: roots replace, `null` removes, `{}` clears, what is not sent stays. */
function merged(stored: Metadata | undefined, sent: Metadata | undefined): Metadata | undefined {
  if (sent === undefined) return stored
  if (Object.keys(sent).length === 0) return {}
  const after = new Map(Object.entries(stored ?? {}))
  for (const [name, value] of Object.entries(sent)) {
    if (value === null) after.delete(name)
    else after.set(name, value)
  }
  // Taking away from nothing leaves nothing.
  return stored === undefined && after.size === 0 ? undefined : Object.fromEntries(after)
}

const names = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor', 'toString', '', 'ü 😀', '0')
const values = fc.oneof(
  fc.constant(null),
  fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }).filter((value) => !/[.$]/.test(namesOf(value))),
)
const metadata = fc
  .uniqueArray(
    fc.tuple(
      names.filter((name) => name !== ''),
      values,
    ),
    { selector: ([name]) => name, maxLength: 4 },
  )
  .map((pairs) => Object.fromEntries(pairs) as Metadata)
const bodies = fc
  .record({ user_metadata: metadata, app_metadata: metadata }, { requiredKeys: [] })
  .filter((body) => Object.keys(body).length > 0)

/** Every name at every depth, which the service wants without `.` and `$`, and the database without NUL. */
function namesOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([name, member]) => (Array.isArray(value) ? '' : name) + namesOf(member))
    .join()
}

describe.each(storageKinds)('on %s', (kind) => {
  let world: Auth0World
  let dispose = async () => {}
  let users = 0
  beforeAll(async () => {
    const { storage, ...rest } = await emptyStorage(kind)
    dispose = rest.dispose
    world = await auth0World({ storage })
  })
  afterAll(() => dispose())

  const newUser = async (body: Metadata = {}) => {
    users += 1
    const id = `writers${users}`
    await world.call('POST', '/users', { user_id: id, email: `${id}@example.com`, ...body })
    return `/users/auth0%7C${id}`
  }

  it('two who change different roots at the same time both get through', async () => {
    const path = await newUser({ user_metadata: { hobby: 'surfing' } })

    const answers = await Promise.all([
      world.call('PATCH', path, { user_metadata: { color: 'red' } }),
      world.call('PATCH', path, { user_metadata: { hobby: null, size: 7 } }),
    ])

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await world.call('GET', path)).body.user_metadata).toEqual({ color: 'red', size: 7 })
  })

  it('64 who write to one user all get through, and nothing is lost', async () => {
    const path = await newUser()
    const writers = Array.from({ length: 64 }, (_, index) => index)

    const answers = await Promise.all(
      writers.map((index) => {
        const kind = index % 2 === 0 ? 'user_metadata' : 'app_metadata'
        const profile = index % 4 === 3 ? { name: `Name ${index}` } : {}
        return world.call('PATCH', path, { ...profile, [kind]: { [`k${index}`]: index } })
      }),
    )

    for (const [index, { status, body }] of answers.entries()) {
      expect([index, status, body.message]).toEqual([index, 200, undefined])
      // Everybody reads the own write, whoever wrote since.
      const shown = { ...(body.user_metadata as object), ...(body.app_metadata as object) }
      expect(shown).toHaveProperty(`k${index}`, index)
    }
    const { body } = await world.call('GET', path)
    expect(Object.keys(body.user_metadata as object)).toHaveLength(32)
    expect(Object.keys(body.app_metadata as object)).toHaveLength(32)
  })

  it('64 who clear, remove and set the same roots all get through', async () => {
    const path = await newUser()

    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => {
        const user_metadata = index % 8 === 0 ? {} : { shared: index % 3 === 0 ? null : index }
        return world.call('PATCH', path, { user_metadata })
      }),
    )

    expect(answers.map(({ status }) => status)).toEqual(Array(64).fill(200))
  })

  it('whatever is patched, metadata is what the vendor’s rules make of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bodies, { minLength: 1, maxLength: 8 }), async (patches) => {
        const path = await newUser()
        let expected: { user_metadata?: Metadata | undefined; app_metadata?: Metadata | undefined } = {}
        for (const patch of patches) {
          expected = {
            user_metadata: merged(expected.user_metadata, patch.user_metadata),
            app_metadata: merged(expected.app_metadata, patch.app_metadata),
          }
          const { status, body } = await world.call('PATCH', path, patch)
          expect(status, JSON.stringify(body)).toBe(200)
          expect(own(body.user_metadata)).toEqual(own(expected.user_metadata))
          // An empty `app_metadata` is not shown.
          expect(own(body.app_metadata ?? {})).toEqual(own(expected.app_metadata ?? {}))
          expect((await world.call('GET', path)).body).toEqual(body)
        }
      }),
      { numRuns: 40 },
    )
  }, 120_000)
})

/** As pairs, since a matcher may pass over `__proto__`; through JSON, which has no `-0`. */
function own(value: unknown): unknown {
  return value === undefined ? undefined : Object.entries(JSON.parse(JSON.stringify(value))).sort()
}
