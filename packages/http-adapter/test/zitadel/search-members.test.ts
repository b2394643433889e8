import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type Json, type World } from './world'

let world: World
let ids: Readonly<Record<string, string>>

/** Ada and Zoe live in Acme, Bob in Beta; all are members of Acme and of the instance, in this order. */
beforeEach(async () => {
  world = await createWorld()
  const system = world.directory.asSystem('test')
  const { orgId: beta } = await system.orgs.create({ orgId: '0', name: 'Beta' })
  const inBeta = world.directory.asSystem('test', { orgId: beta })
  const person = (firstName: string, lastName: string, email: string) => ({
    userName: email,
    firstName,
    lastName,
    email,
  })
  const zoe = await system.users.createHuman(person('Zoe', 'Ångström', 'Zoe@acme.ch'))
  const ada = await system.users.createHuman(person('Ada', 'Lovelace', 'ada@acme.ch'))
  const bob = await inBeta.users.createHuman(person('Bob', 'Adams', 'bob@beta.ch'))
  ids = { zoe: zoe.userId, ada: ada.userId, bob: bob.userId, root: world.rootId }
  for (const userId of [ids.bob!, ids.zoe!, ids.ada!]) {
    await system.orgs.members().add({ userId, roles: ['ORG_OWNER'] })
    await system.members.add({ userId, roles: ['IAM_OWNER_VIEWER'] })
  }
})
afterEach(async () => {
  expect(world.errors).toEqual([])
  await world.close()
})

const namesOf = ({ result = [] }: Json) =>
  result.map(({ userId }: Json) => Object.keys(ids).find((name) => ids[name] === userId))

describe('members of an org', () => {
  const search = async (queries: readonly Json[], query?: Json) =>
    (await world.manage('POST', '/orgs/me/members/_search', { body: { queries, query } })).body

  it('are found by names and addresses, wherever the user lives', async () => {
    const found = async (...queries: Json[]) => namesOf(await search(queries)).toSorted()
    const ignoringCase = (method: string) => `TEXT_QUERY_METHOD_${method}_IGNORE_CASE`

    expect(await found({ firstNameQuery: { firstName: 'Bob' } })).toEqual(['bob'])
    expect(await found({ firstNameQuery: { firstName: 'bob' } })).toEqual([])
    expect(await found({ lastNameQuery: { lastName: 'ÅNG', method: ignoringCase('STARTS_WITH') } })).toEqual(['zoe'])
    expect(await found({ lastNameQuery: { lastName: 'a', method: ignoringCase('CONTAINS') } })).toEqual(['ada', 'bob'])
    expect(await found({ emailQuery: { email: 'zoe@ACME.ch', method: ignoringCase('EQUALS') } })).toEqual(['zoe'])
    expect(await found({ emailQuery: { email: '@acme.ch', method: 'TEXT_QUERY_METHOD_ENDS_WITH' } })).toEqual([
      'ada',
      'zoe',
    ])
    expect(await found({ emailQuery: { email: '%', method: 'TEXT_QUERY_METHOD_CONTAINS' } })).toEqual([])
    expect(
      await found(
        { emailQuery: { email: '@acme.ch', method: 'TEXT_QUERY_METHOD_ENDS_WITH' } },
        {
          userIdQuery: { userId: ids.ada },
        },
      ),
    ).toEqual(['ada'])
  })

  it('come in pages, with how many match in all', async () => {
    const owners = { emailQuery: { email: '.ch', method: 'TEXT_QUERY_METHOD_ENDS_WITH' } }
    const pages = await Promise.all([0, 2, 4].map((offset) => search([owners], { offset: String(offset), limit: 2 })))

    expect(pages.map(({ details }) => details.totalResult)).toEqual(['3', '3', undefined])
    expect(pages.flatMap(namesOf).toSorted()).toEqual(['ada', 'bob', 'zoe'])
  })
})

describe('members of the instance', () => {
  const sorted = async (sortingColumn: Json, asc: boolean) => {
    const body = { query: { asc }, sortingColumn, queries: [] }
    return namesOf((await world.call('POST', '/admin/v1/members/_search', { body })).body)
  }

  it.each([
    ['MEMBER_FIELD_NAME_CREATION_DATE', ['root', 'bob', 'zoe', 'ada']],
    ['MEMBER_FIELD_NAME_CHANGE_DATE', ['root', 'bob', 'zoe', 'ada']],
    ['MEMBER_FIELD_NAME_USER_ID', ['root', 'zoe', 'ada', 'bob']],
    ['MEMBER_FIELD_NAME_UNSPECIFIED', ['root', 'zoe', 'ada', 'bob']],
    [99, ['root', 'zoe', 'ada', 'bob']],
  ])('are sorted by %s', async (column, ascending) => {
    expect(await sorted(column, true)).toEqual(ascending)
    expect(await sorted(column, false)).toEqual(ascending.toReversed())
  })

  it('are sorted by the org that owns the user, with ties broken by the user', async () => {
    expect(await sorted('MEMBER_FIELD_NAME_USER_RESOURCE_OWNER', true)).toEqual(['bob', 'root', 'zoe', 'ada'])
    expect(await sorted('MEMBER_FIELD_NAME_USER_RESOURCE_OWNER', false)).toEqual(['root', 'zoe', 'ada', 'bob'])
  })
})
