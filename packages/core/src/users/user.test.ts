import { describe, expect, it } from 'vitest'
import type { AppendedEvent } from '../events/event'
import { claimsOf, codeAdded, evolveUser, fact, type UserEvent } from './user'

const happened = (
  event: UserEvent | { readonly type: string; readonly payload: object },
  sequence: number,
): AppendedEvent =>
  ({
    ...event,
    aggregate: { type: 'user', id: 'ada' },
    owner: 'acme',
    sequence: String(sequence),
    createdAt: sequence * 10,
  }) as AppendedEvent

const ada = evolveUser(
  undefined,
  happened({ type: 'user.human.added', payload: { userName: 'ada', email: 'a@x' } }, 1),
)!

describe('evolveUser', () => {
  it('begins with what was given, and null for the rest', () => {
    expect(ada).toMatchObject({
      userId: 'ada',
      orgId: 'acme',
      email: 'a@x',
      emailVerified: false,
      phone: null,
      blocked: null,
    })
    expect(ada).toMatchObject({ sequence: '1', createdAt: 10, changedAt: 10 })
  })

  it.each<[UserEvent, object]>([
    [{ type: 'user.username.changed', payload: { userName: 'a' } }, { userName: 'a' }],
    [{ type: 'user.human.profile.changed', payload: { nickName: null } }, { nickName: null }],
    [
      { type: 'user.human.email.changed', payload: { email: null } },
      { email: null, emailVerified: false },
    ],
    [fact('user.human.email.verified'), { emailVerified: true }],
    [
      { type: 'user.human.phone.changed', payload: { phone: '+41' } },
      { phone: '+41', phoneVerified: false },
    ],
    [fact('user.human.phone.verified'), { phoneVerified: true }],
    [fact('user.human.phone.removed'), { phone: null, phoneVerified: false }],
    [fact('user.deactivated'), { state: 'inactive' }],
    [fact('user.reactivated'), { state: 'active' }],
    [fact('user.locked'), { state: 'locked', blocked: null }],
    [fact('user.unlocked'), { state: 'active', blocked: null }],
    [{ type: 'user.account.changed', payload: { blocked: false } }, { blocked: false }],
  ])('is moved by %j', (event, change) => {
    expect(evolveUser(ada, happened(event, 2))).toEqual({ ...ada, ...change, sequence: '2', changedAt: 20 })
  })

  it.each<[UserEvent | { type: string; payload: object }, object]>([
    [codeAdded('initialization'), { state: 'initial' }],
    [{ type: 'user.human.password.changed', payload: { passwordChangedAt: 7 } }, { passwordChangedAt: 7 }],
    [codeAdded('email'), {}],
    [codeAdded('phone'), {}],
    [{ type: 'user.metadata.set', payload: { namespace: 'app', key: 'state', value: 1 } }, {}],
    [{ type: 'user.pat.added', payload: { tokenId: 't' } }, {}],
  ])('keeps sequence and time over %j', (event, change) => {
    expect(evolveUser(ada, happened(event, 2))).toEqual({ ...ada, ...change })
  })

  it('ends with removal, and has nothing to say of who was never added', () => {
    expect(evolveUser(ada, happened(fact('user.removed'), 2))).toBeUndefined()
    expect(evolveUser(undefined, happened(fact('user.locked'), 2))).toBeUndefined()
  })
})

it('claims what has to be unique, whatever its case', () => {
  const user = { orgId: 'Acme', userName: 'Ada', connection: 'Db', email: 'A@X.example', username: 'Ada' }

  expect(claimsOf(user, false)).toEqual([
    { type: 'user_name', value: 'ada' },
    { type: 'email@Db', value: 'a@x.example' },
    { type: 'username@Db', value: 'ada' },
  ])
  expect(claimsOf({ ...user, connection: null }, false)).toEqual([{ type: 'user_name', value: 'ada' }])
  expect(claimsOf({ ...user, connection: null }, true)).toEqual([{ type: 'user_name@Acme', value: 'ada' }])
})
