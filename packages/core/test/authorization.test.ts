import type { ActingDirectory } from '@indwell/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { everyCall, ofAcme } from './every-call'
import { createWorld, expectRefused, type World } from './world'

/** What answers who asks for nothing but the answer whether it may. */
const unchecked = ['checkPermission', 'can', 'canAll', 'requireAuthenticated', 'once', 'withSignal']
const reads =
  /(^|\.)(requirePermission|events|get|getOrUndefined|getMany|getDefault|find|findByDomain|findByLoginName|findInConnection|findSnapshots|list|listAccessTokens|memberships|identities|values|findValues|roles|history|asOf|exportSubject)$/
const mayViewNot = /^(events|orgs\.(create|setUp|list|find|getDefault|setDefault|findByDomain)|(members|roles)\..*)$/

/** Every method of a directory, with the accessors gone through. */
function methodsOf(directory: ActingDirectory): readonly string[] {
  const accessors = ['metadata', 'accessTokens']
  const walk = (node: object, path: string): readonly string[] =>
    membersOf(node as Record<string, unknown>).flatMap(([name, member]): readonly string[] => {
      const at = path === '' ? name : `${path}.${name}`
      if (at === 'actor') return []
      if (typeof member !== 'function') return walk(member as object, at)
      if (accessors.includes(name) || at === 'orgs.members' || at === 'orgs.domains')
        return walk(member('x') as object, at)
      return [at]
    })
  return walk(directory, '')
}

let world: World
beforeEach(async () => {
  world = await createWorld()
})

/** Its own, and those it makes when they are asked for. */
function membersOf(node: Record<string, unknown>): [name: string, member: unknown][] {
  const prototype: object = Object.getPrototypeOf(node)
  const made = prototype === Object.prototype ? [] : Object.getOwnPropertyNames(prototype)
  return [...Object.keys(node), ...made.filter((name) => name !== 'constructor')].map((name) => [name, node[name]])
}

describe('every method of a directory', () => {
  it('stands in this table', () => {
    const listed = [...everyCall.map(([name]) => name), ...unchecked]

    expect([...listed].sort()).toEqual([...methodsOf(world.ada)].sort())
  })

  it.each(everyCall)('%s refuses who is a member of nothing', async (_, call) => {
    await expectRefused(world, () => call(world.eve, ofAcme), { code: 'permission_denied', reason: 'no_membership' })
    await expectRefused(world, () => call(world.directory.as({ userId: 'eve', orgId: 'acme' }), ofAcme), {
      code: 'permission_denied',
      reason: 'no_membership',
    })
  })

  it.each(everyCall.filter(([name]) => !reads.test(name) || mayViewNot.test(name)))(
    '%s refuses who may only look',
    async (_, call) => {
      await expectRefused(world, () => call(world.bob, ofAcme), {
        code: 'permission_denied',
        reason: 'missing_permission',
      })
    },
  )

  it.each(everyCall)('%s refuses who owns an org in all orgs at once', async (_, call) => {
    await expectRefused(world, () => call(world.directory.as({ userId: 'ada', across: 'instance' }), ofAcme), {
      code: 'permission_denied',
      reason: 'no_membership',
    })
  })

  it.each(everyCall)('%s refuses an org that does not exist', async (_, call) => {
    await expectRefused(world, () => call(world.directory.as({ userId: 'root', orgId: 'nowhere' }), ofAcme), {
      code: 'permission_denied',
      reason: 'unknown_org',
    })
  })

  it.each(everyCall)(
    '%s refuses a caller that does not exist, is locked, or whose org is inactive',
    async (_, call) => {
      await expectRefused(world, () => call(world.directory.as({ userId: 'nobody' }), ofAcme), {
        code: 'unauthenticated',
        reason: 'unknown_user',
      })
      await world.system.users.lock('ada')
      await expectRefused(world, () => call(world.ada, ofAcme), { code: 'unauthenticated', reason: 'user_not_active' })
      await world.system.orgs.deactivate('umbrella')
      await expectRefused(world, () => call(world.eve, ofAcme), { code: 'unauthenticated', reason: 'org_not_active' })
    },
  )

  it.each(everyCall)('%s rejects with a storage that is closed', async (_, call) => {
    await world.directory.close()

    await expect(call(world.root, ofAcme)).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'closed' })
  })
})

describe('what concerns all orgs', () => {
  it.each(everyCall.filter(([name]) => /^(orgs\.(setUp|list|find|getDefault|setDefault)|.*explain)$/.test(name)))(
    '%s refuses the owner of an org',
    async (_, call) => {
      await expectRefused(world, () => call(world.ada, ofAcme), {
        code: 'permission_denied',
        reason: 'missing_permission',
      })
    },
  )
})

describe('every method on an org', () => {
  const verbs: Readonly<Record<string, (directory: ActingDirectory, orgId: string) => Promise<unknown>>> = {
    rename: ({ orgs }, orgId) => orgs.rename('New', orgId),
    deactivate: ({ orgs }, orgId) => orgs.deactivate(orgId),
    reactivate: ({ orgs }, orgId) => orgs.reactivate(orgId),
    delete: ({ orgs }, orgId) => orgs.delete(orgId),
    'domains.add': ({ orgs }, orgId) => orgs.domains(orgId).add('a.example'),
    'domains.list': ({ orgs }, orgId) => orgs.domains(orgId).list(),
    'domains.verify': ({ orgs }, orgId) => orgs.domains(orgId).verify('umbrella.localhost'),
    'domains.setPrimary': ({ orgs }, orgId) => orgs.domains(orgId).setPrimary('umbrella.localhost'),
    'domains.remove': ({ orgs }, orgId) => orgs.domains(orgId).remove('umbrella.localhost'),
  }

  it.each(
    Object.entries(verbs).flatMap(([name, call]) =>
      ['umbrella', 'nowhere', 'a\0', ''].map((orgId) => [name, orgId, call] as const),
    ),
  )('%s does not know %j from another org', async (_, orgId, call) => {
    await expectRefused(world, () => call(world.ada, orgId), { code: 'not_found', subject: 'org', id: orgId })
  })
})

describe('every method on a subject', () => {
  const aboutBob = everyCall.filter(([name]) => /^users\.(get|update|deactivate|lock|delete|metadata\..*)$/.test(name))

  it.each(aboutBob)('%s does not know a user of another org', async (_, call) => {
    await world.system.orgs.members('umbrella').add({ userId: 'eve', roles: ['ORG_OWNER'] })

    await expectRefused(world, () => call(world.eve, ofAcme), { code: 'not_found', subject: 'user', id: 'bob' })
  })
})
