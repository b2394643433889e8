import { createDirectory, type DirectoryStorage, type FilterField, type TextMethod } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMigratedDatabase } from '../../../test/postgres'
import { createWorld, expectRefused, type World } from './world'

let world: World

describe('names of users who sign in by their user name', () => {
  beforeEach(async () => {
    world = await createWorld()
  })

  it('are the user name, and no more is read', async () => {
    const reads: string[] = []
    const inner = sqliteStorage({ filename: ':memory:' })
    const storage: DirectoryStorage = {
      ...inner,
      load: (instanceId, asked) => {
        reads.push(asked.map(({ read }) => read).join())
        return inner.load(instanceId, asked)
      },
    }
    world = await createWorld({ storage })
    reads.length = 0

    const ada = await world.ada.users.get('ada')

    expect(reads).toEqual(['principal,record'])
    expect(ada).toMatchObject({ loginNames: ['ada'], preferredLoginName: 'ada' })
    expect((await world.ada.users.list()).items.map(({ loginNames }) => loginNames)).toEqual([
      ['ada'],
      ['bob'],
      ['robot'],
    ])
  })

  it('find users, whatever their case', async () => {
    expect(await world.root.users.findByLoginName('ADA')).toMatchObject({ userId: 'ada' })
    for (const none of ['ada@acme.localhost', '', 'a\0', '@']) {
      expect(await world.root.users.findByLoginName(none)).toBeUndefined()
    }
  })

  it('are searched where login names are', async () => {
    const equals = { op: 'text', field: 'loginName', method: 'equals', value: 'BOB', ignoreCase: true } as const
    const found = async (filter: Parameters<typeof world.ada.users.list>[0]) =>
      (await world.ada.users.list(filter)).items.map(({ userId }) => userId)

    expect(await found({ filter: equals })).toEqual(['bob'])
    expect(await found({ filter: { op: 'not', filter: { op: 'or', filters: [equals] } } })).toEqual(['ada', 'robot'])
    expect(await found({ filter: { op: 'in', field: 'loginName', values: ['ada', 'bob'] } })).toEqual(['ada', 'bob'])
  })
})

describe.each(['sqlite', 'postgres'])('names of users who sign in with a domain, on %s', (kind) => {
  let dispose: () => Promise<void>
  beforeEach(async () => {
    const database = kind === 'postgres' ? await createMigratedDatabase() : undefined
    const storage =
      database === undefined
        ? sqliteStorage({ filename: ':memory:' })
        : postgresStorage({ connectionString: database.url })
    dispose = async () => {
      await storage.close()
      await database?.drop()
    }
    world = await createWorld({ storage, userLoginMustBeDomain: true })
  })
  afterEach(() => dispose())

  const namesOf = async (userId: string) => {
    const { loginNames, preferredLoginName } = await world.root.users.get(userId)
    return [...loginNames, `! ${preferredLoginName}`]
  }

  it('have each verified domain of the org behind the user name, sorted, and the primary one where one is shown', async () => {
    await world.ada.orgs.domains().add('z.example')
    await world.ada.orgs.domains().add('a.example')

    expect(await namesOf('ada')).toEqual([
      'ada@a.example',
      'ada@acme.localhost',
      'ada@z.example',
      '! ada@acme.localhost',
    ])
    await world.ada.orgs.domains().setPrimary('z.example')
    expect(await namesOf('ada')).toEqual(['ada@a.example', 'ada@acme.localhost', 'ada@z.example', '! ada@z.example'])
    expect(await namesOf('eve')).toEqual(['eve@umbrella.localhost', '! eve@umbrella.localhost'])
  })

  it('follow the org when it is renamed', async () => {
    await world.ada.orgs.rename('Zenith')

    expect(await namesOf('bob')).toEqual(['bob@zenith.localhost', '! bob@zenith.localhost'])
    expect(await world.root.users.findByLoginName('bob@acme.localhost')).toBeUndefined()
    expect(await world.root.users.findByLoginName('bob@zenith.localhost')).toMatchObject({ userId: 'bob' })
  })

  it('stand wherever a user does', async () => {
    const preferredLoginName = 'bob@acme.localhost'

    expect((await world.ada.users.list()).items[1]).toMatchObject({ preferredLoginName })
    expect(await world.ada.users.getOrUndefined('bob')).toMatchObject({ preferredLoginName })
    expect((await world.ada.users.findSnapshots(['bob'], []))[0]).toMatchObject({ user: { preferredLoginName } })
    expect((await world.ada.orgs.members().list()).items[1]).toMatchObject({ user: { preferredLoginName } })
  })

  it('cost one question to the storage, as other reads of a user', async () => {
    let asked = 0
    const load = world.storage.load.bind(world.storage)
    const counting: DirectoryStorage = {
      ...world.storage,
      search: world.storage.search.bind(world.storage),
      load: (instanceId, reads) => {
        asked += 1
        return load(instanceId, reads)
      },
    }
    const directory = await createDirectory({ storage: counting, migrate: false })
    asked = 0

    await directory.as({ userId: 'ada' }).users.get('bob')
    expect(asked).toBe(1)
    await directory.as({ userId: 'ada' }).users.list()
    expect(asked).toBe(3)
  })

  it('need not be unique but in their org', async () => {
    const created = await Promise.all([
      world.system.users.createHuman({ userId: 'x', orgId: 'acme', userName: 'Zoe' }),
      world.system.users.createHuman({ userId: 'y', orgId: 'umbrella', userName: 'zoe' }),
    ])

    expect(created.map(({ userId }) => userId)).toEqual(['x', 'y'])
    expect(await world.root.users.findByLoginName('ZOE@ACME.localhost')).toMatchObject({ userId: 'x' })
    expect(await world.root.users.findByLoginName('zoe@umbrella.localhost')).toMatchObject({ userId: 'y' })
    await expectRefused(world, () => world.ada.users.createHuman({ userName: 'ZOE' }), {
      code: 'already_exists',
      subject: 'user_name',
    })
    await expectRefused(world, () => world.ada.users.update('bob', { userName: 'zoe' }), {
      code: 'already_exists',
      subject: 'user_name',
    })
    await world.ada.users.delete('x')
    await world.ada.users.update('bob', { userName: 'zoe' })
  })

  it('may end with any domain themselves', async () => {
    await world.ada.users.update('bob', { userName: 'bob@umbrella.localhost' })

    expect(await namesOf('bob')).toContain('bob@umbrella.localhost@acme.localhost')
    expect(await world.root.users.findByLoginName('bob@umbrella.localhost@acme.localhost')).toMatchObject({
      userId: 'bob',
    })
    for (const none of ['bob', 'bob@umbrella.localhost', '@acme.localhost', '@', 'bob@', 'bob@a\0']) {
      expect(await world.root.users.findByLoginName(none)).toBeUndefined()
    }
  })

  const allMethods: readonly [TextMethod, string, boolean, readonly string[]][] = [
    ['equals', 'bob@acme.localhost', false, ['bob']],
    ['equals', 'BOB@a.example', false, []],
    ['equals', 'BOB@A.example', true, ['bob']],
    ['equals', 'bob', false, []],
    ['starts-with', 'bob@a', false, ['bob']],
    ['contains', '@a.ex', false, ['ada', 'bob', 'robot']],
    ['contains', '', false, ['ada', 'bob', 'eve', 'robot', 'root']],
    ['ends-with', '@umbrella.localhost', false, ['eve']],
    ['ends-with', '@hidden.example', false, []],
    ['equals', 'bob@%', false, []],
    ['equals', 'bob@a\0', false, []],
  ]
  it.each(allMethods)(
    'are searched in the database: %s %j, case ignored: %s',
    async (method, value, ignoreCase, ids) => {
      await world.ada.orgs.domains().add('a.example')
      const filter = { op: 'text', field: 'loginName' as FilterField<'user'>, method, value, ignoreCase } as const

      expect((await world.root.users.list({ filter })).items.map(({ userId }) => userId)).toEqual(ids)
      const others = (await world.root.users.list({ filter: { op: 'not', filter } })).items
      expect(others.map(({ userId }) => userId)).toEqual(
        ['ada', 'bob', 'eve', 'robot', 'root'].filter((id) => !ids.includes(id)),
      )
    },
  )
})
