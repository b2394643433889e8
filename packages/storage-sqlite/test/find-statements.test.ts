import { createDirectory } from '@indwell/core'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { sqliteStorage } from '../src/index'

it('finds users with what belongs to them by one search, and one look-up by key for each part of each', async () => {
  const ran: string[] = []
  const database = new Database(':memory:', { verbose: (sql) => ran.push(String(sql)) })
  const directory = await createDirectory({ storage: sqliteStorage({ database }) })
  const { users, orgs } = directory.asSystem('test')
  await orgs.create({ orgId: 'acme', name: 'Acme' })
  for (let index = 0; index < 40; index += 1) {
    const metadata = { app: { plan: 'pro' }, user: { colour: 'red' } }
    const { userId } = await users.createHuman({ orgId: 'acme', userName: `user-${index}`, metadata })
    await orgs.members('acme').add({ userId, roles: ['ORG_OWNER'] })
  }
  const include = { metadata: ['app', 'user'], memberships: true } as const
  const selectsOf = async (limit: number) => {
    ran.length = 0
    const { items } = await users.find({ where: { orgId: 'acme' }, include, limit })
    expect(items.map((user) => [user.metadata.user.colour, user.memberships[0]?.orgName])).toEqual(
      Array.from({ length: limit }, () => ['red', 'Acme']),
    )
    return ran.filter((sql) => sql.startsWith('select'))
  }

  for (const limit of [1, 3, 40]) {
    const selects = await selectsOf(limit)
    const from = (table: string) => selects.filter((sql) => sql.includes(`from "indwell_${table}"`)).length
    expect([from('user'), from('entry'), from('member'), from('org')]).toEqual([1, 2 * limit, limit, 1])
    expect(selects).toHaveLength(2 + 3 * limit)
  }
  await directory.close()
  database.close()
})
