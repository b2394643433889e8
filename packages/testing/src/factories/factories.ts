import type {
  Client,
  CreateClientInput,
  CreateHumanInput,
  CreateMachineInput,
  CreateOrgInput,
  CreateRoleInput,
  Directory,
  NamedUser,
  Org,
  Role,
} from '@indwell/core'
import { type Factory, factory } from './factory'

/** A place in an org. */
export interface MemberInput {
  /** Default: a user that is made for it, of the same org. */
  readonly userId: string
  /** Default: the default org. */
  readonly orgId: string
  /** Default: `ORG_OWNER`. */
  readonly roles: readonly string[]
  /** Milliseconds since the epoch. Default: without end. */
  readonly expiresAt: number
}

export interface MadeMember {
  readonly userId: string
  readonly orgId: string
  readonly roles: readonly string[]
}

/**
 * What tests need and say nothing about: `users-1` and so on, counted by what they are. Made by the directory itself, with
 * nothing checked, so what it refuses is refused here too.
 */
export interface Factories {
  /** A person with a name and a verified e-mail: `user-1`, User 1, `user-1@example.test`. */
  readonly user: Factory<CreateHumanInput, NamedUser>
  /** Something that calls: `machine-1`. */
  readonly machine: Factory<CreateMachineInput, NamedUser>
  /** `Org 1`, without members. */
  readonly org: Factory<CreateOrgInput, Org>
  readonly member: Factory<MemberInput, MadeMember>
  /** `Client 1`. */
  readonly client: Factory<CreateClientInput, Client>
  /** `Role 1`, which grants nothing. */
  readonly role: Factory<CreateRoleInput, Role>
}

/** @param next - 1, 2, 3 … of each name. */
export function createFactories(directory: Directory, next: (name: string) => number): Factories {
  const { users, orgs, clients, roles } = directory.asSystem('factories')

  const user = factory<CreateHumanInput, NamedUser>(async (overrides) => {
    const number = next('user')
    const name = `user-${number}`
    const { userId } = await users.createHuman({
      userName: name,
      firstName: 'User',
      lastName: String(number),
      email: `${name}@example.test`,
      emailVerified: true,
      ...overrides,
    })
    return users.get(userId)
  })

  return {
    user,
    machine: factory(async (overrides) => {
      const number = next('machine')
      const input = { userName: `machine-${number}`, name: `Machine ${number}`, ...overrides }
      return users.get((await users.createMachine(input)).userId)
    }),
    org: factory(async (overrides) => {
      const { orgId } = await orgs.create({ name: `Org ${next('org')}`, ...overrides })
      return orgs.get(orgId)
    }),
    member: factory(async ({ orgId = directory.defaultOrgId, userId, roles: held = ['ORG_OWNER'], expiresAt }) => {
      const member = userId ?? (await user({ orgId })).userId
      await orgs.members(orgId).add({ userId: member, roles: [...held], ...(expiresAt !== undefined && { expiresAt }) })
      return { userId: member, orgId, roles: held }
    }),
    client: factory(async (overrides) => {
      const { clientId } = await clients.create({ name: `Client ${next('client')}`, ...overrides })
      return clients.get(clientId)
    }),
    role: factory(async (overrides) => {
      const { roleId } = await roles.create({ name: `Role ${next('role')}`, ...overrides })
      return roles.get(roleId)
    }),
  }
}
