import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestTo } from './request-to'
import { type Route, v1Routes } from './routes'
import { createSubjects, nothing, type Subjects, subjectOf } from './subjects'
import { createTrialWorld, type TrialWorld } from './trial-world'
import type { Json } from './world'

/** Fields that name something of an org. */
const named = ['id', 'userId', 'orgId', 'tokenId', 'domain'] as const
type Slot = (typeof named)[number]

/** A user may become a member of any org, so who adds one hears whether there is such a user, as ZITADEL tells. */
const tellsUsersApart = 'management.v1.ManagementService/AddOrgMember'

const slotsOf = ({ path, layout, hasBody }: Route): readonly Slot[] =>
  named.filter((slot) => {
    const field = layout.fields.find(({ jsonName }) => jsonName === slot)
    if (field === undefined) return false
    return path.includes(`{${field.name}}`) || (hasBody && slot !== 'domain' && !field.optional)
  })

const cases = v1Routes
  .filter(({ name }) => name !== tellsUsersApart)
  .flatMap((route) => slotsOf(route).map((slot) => [slot, `${route.httpMethod} ${route.path}`, route] as const))

const routeNamed = (name: string): Route => {
  const route = v1Routes.find((one) => one.name.endsWith(`Service/${name}`))
  if (route === undefined) throw new TypeError(`${name} is not served`)
  return route
}

/** Searches that name something. */
const searches: readonly (readonly [name: string, slot: Slot, queryOf: (id: string) => Json])[] = [
  ['ListUsers', 'userId', (id) => ({ inUserIdsQuery: { userIds: [id] } })],
  ['ListUsers', 'userId', (id) => ({ orQuery: { queries: [{ inUserIdsQuery: { userIds: [id] } }] } })],
  ['ListOrgMembers', 'userId', (id) => ({ userIdQuery: { userId: id } })],
  ['ListUserMemberships', 'orgId', (id) => ({ orgQuery: { orgId: id } })],
  ['ListMyMemberships', 'orgId', (id) => ({ orgQuery: { orgId: id } })],
  ['ListOrgDomains', 'domain', (id) => ({ domainNameQuery: { name: id } })],
]

describe('what another org owns', () => {
  let world: TrialWorld
  let home: string
  let strange: string
  let ofHome: Subjects
  let ofStrange: Subjects
  let ownerToken: string

  beforeAll(async () => {
    world = await createTrialWorld()
    const { orgs } = world.directory.asSystem('test')
    home = world.acme
    strange = (await orgs.create({ name: 'Strange' })).orgId
    ofHome = await createSubjects(world.directory, home)
    ofStrange = await createSubjects(world.directory, strange)
    ownerToken = (await world.machine('owner', { roles: ['ORG_OWNER'] })).token
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  const own = (route: Route) => subjectOf(route, ofHome, home)
  const foreign = (route: Route) => subjectOf(route, ofStrange, strange)

  /** An answer, and how much it wrote, without what tells two calls apart at any rate. */
  async function seen(route: Route, known: Readonly<Record<string, unknown>>, id: unknown, token: string) {
    const { answer, rows } = await world.attempt(() => world.call(...requestTo(route, known, { token })))
    const text = JSON.stringify(answer.body)
      .replaceAll(String(id), '<id>')
      .replace(/"\d{4}-\d\d-\d\dT[^"]*Z"/g, '"<time>"')
      .replace(/"sequence":"\d+"/g, '"sequence":"<sequence>"')
    return { status: answer.status, headers: answer.headers, text, rows }
  }

  it.each(cases)('looks like what is unknown: %s of %s', async (slot, _, route) => {
    const far = foreign(route)[slot]
    const tokens = route.path.startsWith('/admin/') ? [ownerToken] : [ownerToken, world.rootToken]
    for (const token of tokens) {
      const unknown = await seen(route, { ...own(route), [slot]: nothing[slot] }, nothing[slot], token)

      expect(await seen(route, { ...own(route), [slot]: far }, far, token)).toEqual(unknown)
      expect(await seen(route, { ...foreign(route), [slot]: far }, far, token)).toEqual(
        await seen(route, { ...foreign(route), [slot]: nothing[slot] }, nothing[slot], token),
      )
      // Otherwise the call would not depend on it at all.
      const near = own(route)[slot]
      if (!route.path.startsWith('/admin/')) {
        expect(await seen(route, { ...own(route), [slot]: near }, near, token)).not.toEqual(unknown)
      }
    }
  })

  it.each(searches)('looks like what is unknown: a search by %s for %s', async (name, slot, queryOf) => {
    const route = routeNamed(name)
    const search = (id: unknown, token: string) =>
      seen(route, { ...own(route), queries: [queryOf(String(id))] }, id, token)

    for (const token of [ownerToken, world.rootToken]) {
      expect(await search(foreign(route)[slot], token)).toEqual(await search(nothing[slot], token))
    }
    const near = name === 'ListOrgMembers' ? ofHome.member : own(route)[slot]
    expect(await search(near, ownerToken)).not.toEqual(await search(nothing[slot], ownerToken))
  })

  it('keeps its id, which no machine of any org can be given', async () => {
    const add = (userId: string) =>
      world.manage('POST', '/users/machine', { token: ownerToken, body: { userName: 'new', name: 'N', userId } })

    for (const taken of [ofHome.human, ofStrange.human]) {
      expect((await world.attempt(() => add(taken))).answer.body.details[0].id).toBe('COMMAND-k2una')
    }
    expect((await world.attempt(() => add('free'))).answer.status).toBe(200)
  })

  it('may become a member, and an unknown user may not', async () => {
    const add = (userId: string) =>
      world.manage('POST', '/orgs/me/members', { token: ownerToken, body: { userId, roles: ['ORG_OWNER_VIEWER'] } })

    expect((await world.attempt(() => add(ofStrange.human))).answer.status).toBe(200)
    expect((await add('unknown')).body.details[0].id).toBe('ORG-GoXOn')
  })
})
