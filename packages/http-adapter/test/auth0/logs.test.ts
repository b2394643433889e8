import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Auth0World, auth0World } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

type Log = Record<string, unknown> & { readonly log_id: string; readonly details: Record<string, unknown> }

const jane = '/users/auth0%7Cjane'

describe.each(storageKinds)('logs on %s', (kind) => {
  let store: Awaited<ReturnType<typeof emptyStorage>>
  let world: Auth0World
  let organization: string
  const codes: string[] = []
  let token: string

  beforeAll(async () => {
    store = await emptyStorage(kind)
    world = await auth0World({
      storage: store.storage,
      sendCode: async ({ code }) => {
        codes.push(code)
      },
    })
    const { call, directory } = world
    const { users } = directory.asSystem('test')
    await call('POST', '/users', { user_id: 'jane', email: 'jane@example.com', password: 'Passw0rd!one' })
    await call('PATCH', jane, { email: 'doe@example.com' })
    await call('PATCH', jane, { password: 'Passw0rd!two' })
    await call('PATCH', jane, { user_metadata: { hobby: 'surfing' } })
    await users.createHuman({ userId: 'google-oauth2|7', userName: 'ada', email: 'ada@example.org' })
    await users.createMachine({ userId: 'robot', userName: 'robot', name: 'Robot' })
    token = (await users.accessTokens('robot').create()).token
    organization = String((await call('POST', '/organizations', { name: 'acme' })).body.id)
    await call('POST', `/organizations/${organization}/members`, { members: ['auth0|jane'] })
    const { body: job } = await call('POST', '/jobs/users-exports', {})
    await vi.waitUntil(async () => (await call('GET', `/jobs/${job.id}`)).body.status === 'completed')
    await call('DELETE', jane)
    await call('POST', '/clients', { name: 'last' })
    // Until no transaction is left on the server that began before.
    await vi.waitUntil(async () => (await logs('q=description:"Create a client"')).length === 1, { timeout: 30_000 })
  })
  afterAll(() => store.dispose())

  const get = async (path: string): Promise<Log[]> => {
    const { status, body } = await world.call<Log[]>('GET', path)
    expect(status, JSON.stringify(body)).toBe(200)
    return body
  }
  const logs = (query: string) => get(`/logs?${query}`)
  const search = (q: string) => logs(`per_page=100&q=${encodeURIComponent(q)}`)
  const eventsOf = (found: readonly Log[]) => found.map(({ details }) => details.event)

  it('of a user are what happened to it, newest first, also once it is gone', async () => {
    const found = await get(`${jane}/logs`)

    expect(found.map(({ type }) => type)).toEqual(['sdu', 'sapi', 'scp', 'sapi', 'sce', 'sapi', 'ss'])
    expect(new Set(found.map(({ user_id }) => user_id))).toEqual(new Set(['auth0|jane']))
    expect(found.map(({ details }) => details.sequence)).toEqual(['7', '6', '5', '4', '3', '2', '1'])
    expect((await get('/users/google-oauth2%7C7/logs')).map(({ type }) => type)).toContain('ss')
  })

  it('of nobody are none', async () => {
    for (const id of ['auth0%7Cnobody', 'auth0%7CJane', 'x%7Cjane']) expect(await get(`/users/${id}/logs`)).toEqual([])
  })

  it('tell what the directory knows, and nothing else', async () => {
    const [changed] = await search('type:sce')
    const [added] = await search('type:organization_member_added')

    expect(changed).toEqual({
      _id: changed?.log_id,
      log_id: expect.stringMatching(/^900\d+$/),
      date: expect.stringMatching(/^2026-01-01T00:00:00\.\d{3}Z$/),
      type: 'sce',
      description: 'Change email',
      client_id: 'robot',
      user_id: 'auth0|jane',
      details: {
        event: 'user.human.email.changed',
        subject: { type: 'user', id: 'jane' },
        sequence: '3',
        actor: { type: 'system', id: 'robot@clients', reason: 'auth0 update:users' },
        payload: { email: 'doe@example.com' },
      },
    })
    expect(added).toMatchObject({ organization_id: organization, details: { payload: { userId: 'jane' } } })
    expect(added).not.toHaveProperty('user_id')
    const [elsewhere] = await search('type:ss AND user_id:"google-oauth2|7"')
    expect(elsewhere).toMatchObject({ details: { actor: { type: 'system', reason: 'test' } } })
    expect(elsewhere).not.toHaveProperty('client_id')
  })

  it('hold no secret, and nothing of the tenant’s own keeping', async () => {
    const all = await logs('take=100')
    const text = JSON.stringify(all)

    expect(eventsOf(all)).toEqual(expect.arrayContaining(['user.pat.added', 'user.human.email.code.added']))
    expect(codes.length).toBeGreaterThan(0)
    for (const secret of [...codes, token, 'Passw0rd', 'hash']) expect(text).not.toContain(secret)
    const kept = all.filter(({ details }) => details.event === 'org.metadata.set')
    expect(kept.length).toBeGreaterThan(0)
    for (const { details, organization_id } of kept) {
      expect(organization_id).toBeUndefined()
      expect(Object.keys(details.payload as object)).toEqual(['namespace', 'key'])
    }
  })

  it('are each found by its id, as they stand in lists', async () => {
    for (const log of [...(await logs('')), ...(await get(`${jane}/logs`))]) {
      expect(await get(`/logs/${log.log_id}`)).toEqual(log)
    }
  })

  it.each([
    'x',
    '1',
    '900',
    '90017x',
    '90000',
    '9001717171717171717171717',
    `900${'17'.repeat(300)}`,
    '%00',
    '%ED%A0%80',
  ])('are not found by %s, which is the id of none', async (id) => {
    const { status, body } = await world.call('GET', `/logs/${id}`)

    expect({ status, body }).toMatchObject(
      status === 400
        ? { body: { errorCode: 'invalid_uri' } }
        : { status: 404, body: { statusCode: 404, message: 'Log not found' } },
    )
  })

  it('are paged by number, of which a total tells the length of the page', async () => {
    const all = await get(`${jane}/logs`)

    expect(await get(`${jane}/logs?page=1&per_page=3`)).toEqual(all.slice(3, 6))
    expect(await get(`${jane}/logs?page=2&per_page=3&include_totals=true`)).toEqual({
      start: 6,
      limit: 3,
      length: 1,
      logs: all.slice(6),
      total: 1,
    })
    expect(await get(`${jane}/logs?per_page=0&include_totals=true`)).toMatchObject({ length: 0, logs: [], total: 0 })
    expect(await get(`${jane}/logs?sort=date:1&per_page=2`)).toEqual(all.toReversed().slice(0, 2))
    expect(await logs('page=1&per_page=4')).toEqual((await logs('per_page=100')).slice(4, 8))
    expect(await logs('sort=date:1')).toEqual((await logs('per_page=100')).toReversed())
    expect(await logs('page=9&per_page=100')).toEqual([])
    for (const path of ['/logs', `${jane}/logs`]) {
      expect(await world.call('GET', `${path}?page=10&per_page=100`)).toMatchObject({
        status: 400,
        body: { errorCode: 'invalid_paging' },
      })
    }
  })

  it('show the fields asked for', async () => {
    expect((await logs('fields=type,user_id&q=type:sdu'))[0]).toEqual({ type: 'sdu', user_id: 'auth0|jane' })
    expect((await logs('fields=details,log_id,_id&include_fields=false&q=type:sdu'))[0]).toEqual({
      date: expect.any(String),
      type: 'sdu',
      description: 'Delete a User',
      client_id: 'robot',
      user_id: 'auth0|jane',
    })
  })

  it('go on behind any of them, oldest first, and behind the last one with what has come since', async () => {
    const { call } = world
    const all = (await logs('per_page=100')).toReversed()
    const seen: Log[] = []
    let query = '?take=7'
    for (let page: Log[] | undefined; page === undefined || page.length > 0; ) {
      const { body, headers } = await call<Log[]>('GET', `/logs${query}`)
      page = body
      seen.push(...page)
      query = /^<(\?from=900\d+&take=7)>; rel="next"$/.exec(headers.link ?? '')![1]!
    }
    expect(seen).toEqual(all)
    // Nothing else counts beside.
    expect(await logs(`from=${all[2]!.log_id}&take=1&q=type:sdu&page=50&fields=type`)).toEqual([all[3]])

    await call('POST', '/clients', { name: 'later' })
    await vi.waitUntil(async () => (await get(`/logs${query}`)).length > 0, { timeout: 30_000 })
    expect(await get(`/logs${query}`)).toMatchObject([{ description: 'Create a client' }])
  })

  it.each([
    ['type:sce', ['user.human.email.changed']],
    ['type:sc*', ['user.human.password.changed', 'user.human.email.changed']],
    ['type:SCE', []],
    ['type:(sce OR sdu)', ['user.removed', 'user.human.email.changed']],
    ['type:ss AND user_id:"auth0|jane"', ['user.human.added']],
    ['(type:ss OR type:sdu) AND user_id:"auth0|jane"', ['user.removed', 'user.human.added']],
    ['user_id:"auth0|jane" AND NOT type:s*', []],
    [
      'user_id:"auth0|jane" -type:sapi -type:ss',
      ['user.removed', 'user.human.password.changed', 'user.human.email.changed'],
    ],
    ['user_id:jane', []],
    ['user_id:"auth0|jane" AND user_id:"google-oauth2|7"', []],
    ['(type:sdu AND user_id:"auth0|jane") OR (type:ss AND user_id:"auth0|jane")', ['user.removed', 'user.human.added']],
    ['description:"Change email"', ['user.human.email.changed']],
    ['description:Change*', ['user.human.password.changed', 'user.human.email.changed']],
    ['description:*password', ['user.human.password.changed']],
    ['description:email', []],
    ['"Change email"', ['user.human.email.changed']],
    ['sdu', ['user.removed']],
    ['type:sdu AND client_id:robot', ['user.removed']],
    ['type:sdu AND client_id:another', []],
    ['type:sdu AND date:[2026-01-01 TO 2026-01-01]', ['user.removed']],
    ['type:sdu AND date:2026', ['user.removed']],
    ['type:sdu AND date:{2026-01-01 TO *]', []],
    ['type:sdu AND date:[* TO 2026-01-01}', []],
    ['type:sdu AND NOT date:[2026-01-02 TO *]', ['user.removed']],
    ['type:sdu AND date:[2026 TO *] AND date:[* TO 2025]', []],
    ['type:sdu AND _exists_:user_id', ['user.removed']],
    ['NOT _exists_:user_id AND type:ss', []],
    ['_exists_:ip OR connection:x OR user_name:[a TO b]', []],
    ['type:sdu AND NOT ip:"127.0.0.1"', ['user.removed']],
    ['type:sdu OR NOT NOT type:sdu', ['user.removed']],
    ['log_id:x', []],
  ])('are found by %s', async (q, events) => {
    expect(eventsOf(await search(q))).toEqual(events)
  })

  it('are found by their id and their organization, which the tenant is not', async () => {
    const [log] = await search('type:organization_member_added')

    expect(await search(`log_id:${log!.log_id}`)).toEqual([log])
    expect(await search(String(log!.log_id))).toEqual([log])
    expect(await search(`log_id:${log!.log_id} AND type:sdu`)).toEqual([])
    expect(await search(`organization_id:${organization} AND type:organization*`)).toEqual([log])
    expect(await search(`organization_id:${world.directory.defaultOrgId}`)).toEqual([])
  })

  it.each([
    ['q=details.request.channel:x', 'operation_not_supported'],
    ['q=nickname:x', 'operation_not_supported'],
    ['q=__proto__:x', 'operation_not_supported'],
    ['q=type:[a TO b]', 'operation_not_supported'],
    ['q=user_id:auth0*', 'operation_not_supported'],
    ['q=_exists_:client_id', 'operation_not_supported'],
    ['q=type:sdu OR user_id:"auth0|jane"', 'operation_not_supported'],
    ['q=NOT user_id:"auth0|jane"', 'operation_not_supported'],
    ['q=NOT date:2026-01-01', 'operation_not_supported'],
    ['q=date:2026*', 'operation_not_supported'],
    ['q=user_name:jane*smith', 'operation_not_supported'],
    ['q=date:yesterday', 'invalid_query_string'],
    ['q=date:[2026-02-30 TO *]', 'invalid_query_string'],
    ['q=', 'invalid_query_string'],
    ['q=type:', 'invalid_query_string'],
    ['q=%00', 'invalid_query_string'],
    [`q=${'NOT '.repeat(400)}type:a`, 'invalid_query_string'],
    ['q=type:a&q=type:b', 'invalid_query_string'],
    ['search=jane', 'operation_not_supported'],
    ['sort=user_id:1', 'operation_not_supported'],
    ['sort=date', 'invalid_query_string'],
    ['sort=date:2', 'invalid_query_string'],
    ['fields=password', 'invalid_query_string'],
    ['fields=type,', 'invalid_query_string'],
    ['per_page=101', 'invalid_query_string'],
    ['page=-1', 'invalid_query_string'],
    ['page=1e9', 'invalid_query_string'],
    ['take=101', 'invalid_query_string'],
    ['take=0', 'invalid_query_string'],
    ['from=x', 'invalid_query_string'],
    ['from=', 'invalid_query_string'],
    ['from=9001&take=5', 'invalid_query_string'],
    ['page=99999999999999999999', 'invalid_paging'],
    ['nope=1', 'invalid_query_string'],
  ])('are not searched by %s', async (query, errorCode) => {
    const encoded = query.replaceAll(' ', '%20')

    expect(await world.call('GET', `/logs?${encoded}`)).toMatchObject({ status: 400, body: { errorCode } })
  })

  it.each(['q=type:sdu', 'from=9001717', 'take=5', 'fields=type', 'sort=date', 'per_page=101'])(
    'of a user are not asked for by %s',
    async (query) => {
      expect(await world.call('GET', `${jane}/logs?${query}`)).toMatchObject({
        status: 400,
        body: { errorCode: 'invalid_query_string' },
      })
    },
  )

  it('of what is no id of a user are refused', async () => {
    for (const id of ['jane', 'auth0%7C', 'auth0%7Ca%00']) {
      expect(await world.call('GET', `/users/${id}/logs`)).toMatchObject({
        status: 400,
        body: { errorCode: 'invalid_uri' },
      })
    }
    expect(await world.call('GET', `${jane}/logs?sort=type:1`)).toMatchObject({
      status: 400,
      body: { errorCode: 'operation_not_supported' },
    })
  })

  it('ask for a scope, either of two', async () => {
    const [log] = await logs('per_page=1')
    const paths = ['/logs', '/logs?take=1', `/logs/${log!.log_id}`, '/logs/unknown', `${jane}/logs`]
    const as = (...scopes: string[]) => ({ token: world.asCaller({ userId: 'x@clients', scopes }) })

    for (const path of paths) {
      for (const scope of ['read:logs', 'read:logs_users']) {
        expect((await world.call('GET', path, undefined, as(scope))).status).toBe(path.endsWith('unknown') ? 404 : 200)
      }
      expect(await world.call('GET', path, undefined, as('read:users', 'read:organizations'))).toMatchObject({
        status: 403,
        body: {
          message: 'Insufficient scope, expected any of: read:logs,read:logs_users',
          errorCode: 'insufficient_scope',
        },
      })
      expect((await world.call('GET', path, undefined, { token: null })).status).toBe(401)
    }
  })

  it('are for roles of the instance where a token has no scopes', async () => {
    const system = world.directory.asSystem('test')
    const ada = { token: world.asCaller({ userId: 'google-oauth2|7' }) }
    const [log] = await logs('per_page=1')
    const paths = ['/logs', '/logs?per_page=0', '/logs?take=1', '/logs?q=ip:x', `/logs/${log!.log_id}`, '/logs/unknown']
    const statuses = async () =>
      Promise.all(
        [...paths, `${jane}/logs`].map(async (path) => (await world.call('GET', path, undefined, ada)).status),
      )

    expect(await statuses()).toEqual(Array(7).fill(403))
    await system.members.add({ userId: 'google-oauth2|7', roles: ['IAM_OWNER_VIEWER'] })
    expect(await statuses()).toEqual([200, 200, 200, 200, 200, 404, 200])
  })
})
