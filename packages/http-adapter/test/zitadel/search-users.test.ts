import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, zitadelErrorBody as err, type Json, type World } from './world'

describe('a search for users', () => {
  let world: World
  const people = [
    ['ada', 'Ada', 'Lovelace', 'ada@acme.ch'],
    ['bob', 'Bob', 'Builder', 'bob@acme.ch'],
    ['eve', 'Eve', 'Ada', 'eve@evil.ch'],
  ] as const
  const idOf: Record<string, string> = {}

  const search = (body: Json) => world.manage('POST', '/users/_search', { body })
  const found = async (...queries: Json[]) => {
    const { body } = await search({ query: { asc: true }, queries })
    return (body.result ?? []).map(({ userName }: Json) => userName)
  }

  beforeAll(async () => {
    world = await createWorld()
    for (const [userName, firstName, lastName, email] of people) {
      const { body } = await world.manage('POST', '/users/human', {
        body: { userName, profile: { firstName, lastName, nickName: `${userName}_%` }, email: { email } },
      })
      idOf[userName] = body.userId
    }
    await world.manage('POST', `/users/${idOf.eve}/_lock`)
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  const contains = 'TEXT_QUERY_METHOD_CONTAINS'
  it.each<[string, Json, string[]]>([
    ['the user name', { userNameQuery: { userName: 'ada' } }, ['ada']],
    [
      'the login name',
      { loginNameQuery: { loginName: 'BOB', method: 'TEXT_QUERY_METHOD_EQUALS_IGNORE_CASE' } },
      ['bob'],
    ],
    ['the first name', { firstNameQuery: { firstName: 'A', method: 'TEXT_QUERY_METHOD_STARTS_WITH' } }, ['ada']],
    ['the last name', { lastNameQuery: { lastName: 'lace', method: 'TEXT_QUERY_METHOD_ENDS_WITH' } }, ['ada']],
    ['the nick name', { nickNameQuery: { nickName: '_%', method: contains } }, ['ada', 'bob', 'eve']],
    ['the display name', { displayNameQuery: { displayName: 'Ada', method: contains } }, ['ada', 'eve']],
    ['the address', { emailQuery: { emailAddress: '@ACME', method: `${contains}_IGNORE_CASE` } }, ['ada', 'bob']],
    ['the state', { stateQuery: { state: 'USER_STATE_LOCKED' } }, ['eve']],
    ['the type', { typeQuery: { type: 'TYPE_MACHINE' } }, ['root']],
    ['a list of addresses', { inUserEmailsQuery: { userEmails: ['bob@acme.ch', 'eve@evil.ch'] } }, ['bob', 'eve']],
    [
      'one of two',
      { orQuery: { queries: [{ userNameQuery: { userName: 'ada' } }, { typeQuery: { type: 2 } }] } },
      ['root', 'ada'],
    ],
    [
      'both of two',
      { andQuery: { queries: [{ userNameQuery: { userName: 'ada' } }, { typeQuery: { type: 2 } }] } },
      [],
    ],
    ['the contrary', { notQuery: { query: { typeQuery: { type: 'TYPE_HUMAN' } } } }, ['root']],
    ['no state at all', { stateQuery: {} }, []],
    ['a state that is never shown', { stateQuery: { state: 'USER_STATE_DELETED' } }, []],
    ['none of an empty list', { inUserIdsQuery: {} }, []],
    ['none of no alternatives', { orQuery: {} }, []],
    ['a text, not by one that is unset', { nickNameQuery: { nickName: '', method: contains } }, ['ada', 'bob', 'eve']],
    ['a NUL', { userNameQuery: { userName: '\u0000', method: contains } }, []],
  ])('finds by %s', async (_, query, names) => {
    expect(await found(query)).toEqual(names)
  })

  it('finds by ids, whatever their order', async () => {
    expect(await found({ inUserIdsQuery: { userIds: [idOf.eve, idOf.ada, 'nobody'] } })).toEqual(['ada', 'eve'])
  })

  it('asks that all queries hold', async () => {
    expect(
      await found({ typeQuery: { type: 'TYPE_HUMAN' } }, { userNameQuery: { userName: 'b', method: contains } }),
    ).toEqual(['bob'])
  })

  it.each([
    ['USER_FIELD_NAME_LAST_NAME', ['Ada', 'Builder', 'Lovelace']],
    ['USER_FIELD_NAME_USER_NAME', ['Lovelace', 'Builder', 'Ada']],
    ['USER_FIELD_NAME_CREATION_DATE', ['Lovelace', 'Builder', 'Ada']],
    ['USER_FIELD_NAME_EMAIL', ['Lovelace', 'Builder', 'Ada']],
  ])('sorts by %s', async (sortingColumn, names) => {
    const sorted = async (asc: boolean) => {
      const { body } = await search({ query: { asc }, sortingColumn, queries: [{ typeQuery: { type: 'TYPE_HUMAN' } }] })
      return body.result.map(({ human }: Json) => human.profile.lastName)
    }

    expect(await sorted(true)).toEqual(names)
    expect(await sorted(false)).toEqual([...names].reverse())
  })

  it('sorts states and types by their names', async () => {
    const sorted = async (sortingColumn: string) => {
      const { body } = await search({ query: { asc: true }, sortingColumn })
      return body.result.map(({ userName }: Json) => userName)
    }

    expect(await sorted('USER_FIELD_NAME_STATE')).toEqual(['root', 'ada', 'bob', 'eve'])
    expect(await sorted('USER_FIELD_NAME_TYPE')).toEqual(['ada', 'bob', 'eve', 'root'])
  })

  it('follows queries 20 levels deep', async () => {
    const nested = (levels: number): Json =>
      levels === 0 ? { userNameQuery: { userName: 'ada' } } : { orQuery: { queries: [nested(levels - 1)] } }

    expect(await found(nested(20))).toEqual(['ada'])
    expect(await search({ queries: [nested(21)] })).toMatchObject({
      status: 400,
      body: err(3, 'USER-zsQ97', 'Too many query nesting levels (Max 20)'),
    })
  })

  it.each([
    [
      {},
      'invalid ListUsersRequest.Queries[0]: embedded message failed validation | caused by: invalid SearchQuery.Query: value is required',
    ],
    [{ notQuery: {} }, 'invalid NotQuery.Query: value is required'],
  ])('refuses the query %j', async (query, message) => {
    const { status, body } = await search({ queries: [query] })
    expect([status, body]).toEqual([400, { code: 3, message }])
  })

  it('finds a user of any org by its login name', async () => {
    const { orgId } = await world.directory.asSystem('test').orgs.create({ name: 'Beta' })
    const { userId } = await world.machine('far', { orgId })
    const byName = (name: string, token?: string) =>
      world.manage('GET', `/global/users/_by_login_name?loginName=${name}`, token === undefined ? {} : { token })

    expect((await byName('FAR')).body.user.id).toBe(userId)
    expect(await byName('f%25')).toMatchObject({ status: 404, body: err(5, 'QUERY-Dfbg2', 'User could not be found') })
    expect(await byName('')).toMatchObject({ status: 400 })
  })
})
