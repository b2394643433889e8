import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from './world'

let world: World
let userId: string
const once = { 'if-none-match': '*' }

beforeAll(async () => {
  world = await createWorld()
  userId = (await world.machine('bot')).userId
})
afterAll(() => world.directory.close())

describe('If-None-Match: * of ZITADEL’s clients', () => {
  it.each([
    ['a user', () => `/management/v1/users/${userId}/metadata`],
    ['an org', () => '/management/v1/metadata'],
  ])('sets metadata of %s only where there is none under the key', async (_, path) => {
    const set = (key: string, value: string, headers = {}) =>
      world.call('POST', `${path()}/${key}`, { body: { value }, headers })
    expect((await set('plan', 'Z29sZA==', once)).status).toBe(200)
    expect(await set('plan', 'cGxhaW4=', once)).toMatchObject({ status: 412, body: { code: 9 } })
    // Not even to what it is: the condition is about there being something.
    expect((await set('plan', 'Z29sZA==', once)).status).toBe(412)
    expect((await world.call('GET', `${path()}/plan`)).body).toMatchObject({ metadata: { value: 'Z29sZA==' } })
    expect((await set('plan', 'cGxhaW4=')).status).toBe(200)
    await world.call('DELETE', `${path()}/plan`)
    expect((await set('plan', 'bmV3', once)).status).toBe(200)
  })

  it('lets one of several through who come at once', async () => {
    const path = `/management/v1/users/${userId}/metadata/first`
    const answers = await Promise.all(
      ['YQ==', 'Yg==', 'Yw=='].map((value) => world.call('POST', path, { body: { value }, headers: once })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
  })

  it('is refused where no one thing could be absent, and so is any other condition', async () => {
    const user = `/management/v1/users/${userId}`
    const refusal = { status: 400, body: { code: 3, message: 'If-None-Match cannot be understood' } }
    const bulk = { metadata: [{ key: 'a', value: 'YQ==' }] }
    expect(await world.call('POST', `${user}/metadata/_bulk`, { body: bulk, headers: once })).toMatchObject(refusal)
    expect(await world.call('POST', `${user}/_lock`, { body: {}, headers: once })).toMatchObject(refusal)
    const other = { 'if-none-match': '"5"' }
    const body = { value: 'YQ==' }
    expect(await world.call('POST', `${user}/metadata/a`, { body, headers: other })).toMatchObject(refusal)
    expect((await world.call('GET', `${user}/metadata/a`)).status).toBe(404)
    // What only reads has no version, and answers as ever.
    expect((await world.call('GET', user, { headers: once })).status).toBe(200)
  })
})
