import { expect, expectTypeOf, it } from 'vitest'
import { testDirectory } from './test-directories'

it('makes one of each kind, numbered by kind', async () => {
  const { factories } = await testDirectory()

  expect(await factories.user()).toMatchObject({
    userName: 'user-1',
    email: 'user-1@example.test',
    emailVerified: true,
  })
  expect(await factories.user()).toMatchObject({ userName: 'user-2', displayName: 'User 2' })
  expect(await factories.machine()).toMatchObject({ type: 'machine', userName: 'machine-1' })
  expect(await factories.org()).toMatchObject({ name: 'Org 1' })
  expect(await factories.client()).toMatchObject({ name: 'Client 1' })
  expect(await factories.role()).toMatchObject({ name: 'Role 1', permissions: [] })
})

it('takes what a test says something about, by its type', async () => {
  const { factories, directory } = await testDirectory()
  const { orgId } = await factories.org({ name: 'Acme' })
  const user = await factories.user({ orgId, email: 'ada@acme.example', metadata: { app: { plan: 'pro' } } })
  const { roleId } = await factories.role({ permissions: ['review.write'] })

  expect(user).toMatchObject({ orgId, userName: 'user-1', email: 'ada@acme.example' })
  expect(await directory.asSystem('test').users.metadata(user.userId).values()).toEqual({ plan: 'pro' })
  const member = await factories.member({ orgId, roles: [roleId] })
  const caller = directory.as({ userId: member.userId, orgId })
  expect(await caller.checkPermission('review.write')).toMatchObject({ allowed: true })
  expectTypeOf(factories.user).parameter(0).not.toBeAny()
  // @ts-expect-error An org has no e-mail.
  await expect(factories.org({ email: 'a@acme.example' })).rejects.toMatchObject({ code: 'invalid_input' })
})

it('makes many, each by its place', async () => {
  const { factories } = await testDirectory()

  const users = await factories.user.createMany(3, (index) => ({ nickName: `n${index}` }))

  expect(users.map(({ userName, nickName }) => [userName, nickName])).toEqual([
    ['user-1', 'n0'],
    ['user-2', 'n1'],
    ['user-3', 'n2'],
  ])
  expect(await factories.org.createMany(2, { settings: { tier: 1 } })).toMatchObject([
    { name: 'Org 1', settings: { tier: 1 } },
    { name: 'Org 2', settings: { tier: 1 } },
  ])
})
