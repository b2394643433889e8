import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bindings } from '../../src/zitadel/bindings'
import { type Contract, responseNameOf } from '../../src/zitadel/contract'
import { zitadelContract } from '../../src/zitadel/contract.generated'
import { createWorld, type Json, type World } from './world'

describe('zitadel({ strict: true })', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld({ face: { strict: true } })
  })
  afterEach(() => world.close())

  const members = ({ body }: { readonly body: Json }) => Object.keys(body.details)

  it('vectors 1, 15, 29 and 40: leaves out of details what a live server leaves out', async () => {
    const added = ['sequence', 'creationDate', 'resourceOwner']
    const changed = ['sequence', 'changeDate', 'resourceOwner']
    const human = { userName: 't1', profile: { firstName: 'A', lastName: 'B' }, email: { email: 'a@b.ch' } }
    const machine = await world.manage('POST', '/users/machine', { body: { userName: 'm1', name: 'M' } })
    const user = `/users/${machine.body.userId}`
    const entry = { key: 'k', value: 'YQ==' }

    expect(members(machine)).toEqual(changed)
    expect(members(await world.manage('POST', '/users/human', { body: human }))).toEqual(added)
    expect(members(await world.manage('POST', `${user}/metadata/k`, { body: entry }))).toEqual(added)
    expect(members(await world.manage('POST', `${user}/metadata/_bulk`, { body: { metadata: [entry] } }))).toEqual(
      changed,
    )
    expect(members(await world.manage('POST', '/orgs', { body: { name: 'Beta' } }))).toEqual(added)
    expect(members(await world.manage('DELETE', user))).toEqual(changed)
  })

  it('dates the overwriting of an entry by the write itself', async () => {
    const put = (value: string) => world.manage('POST', '/metadata/k', { body: { value } })
    const first = (await put('YQ==')).body.details
    const second = (await put('Yg==')).body.details

    expect(Date.parse(second.creationDate)).toBeGreaterThan(Date.parse(first.creationDate))
    const { details } = (await world.manage('GET', '/metadata/k')).body.metadata
    expect([details.creationDate, details.changeDate]).toEqual([first.creationDate, second.creationDate])
  })

  it('shows all of them on reads', async () => {
    const { body } = await world.manage('GET', '/orgs/me')

    expect(members({ body: body.org })).toEqual(['sequence', 'creationDate', 'changeDate', 'resourceOwner'])
  })

  it('knows of every write what it leaves out', () => {
    const messages: Contract['messages'] = zitadelContract.messages
    for (const [name, binding] of Object.entries(bindings)) {
      const isWrite = !/\/(Get|List|Is)/.test(name) && messages[responseNameOf(name)]?.details !== undefined
      expect([name, 'writes' in binding]).toEqual([name, isWrite])
    }
  })

  it('leaves creationDate out of what v2 writes, and nothing out of what it reads', async () => {
    const changed = ['sequence', 'changeDate', 'resourceOwner']
    const human = { profile: { givenName: 'A', familyName: 'B' }, email: { email: 'a@b.ch' } }
    const added = await world.call('POST', '/v2/users/human', { body: human })
    const user = `/v2/users/${added.body.userId}`

    expect(members(added)).toEqual(changed)
    expect(members(await world.call('POST', '/v2/organizations', { body: { name: 'New' } }))).toEqual(changed)
    expect(members(await world.call('GET', user))).toEqual([...changed, 'creationDate'])
    expect(members(await world.call('POST', `${user}/lock`))).toEqual(changed)
    const metadata = { metadata: [{ key: 'k', value: 'YQ==' }] }
    expect(Object.keys((await world.call('POST', `${user}/metadata`, { body: metadata })).body)).toEqual(['setDate'])
    expect(members(await world.call('DELETE', user))).toEqual(changed)
  })
})
