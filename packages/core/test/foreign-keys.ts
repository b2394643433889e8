import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Host } from './within'
import { createWorld, type World } from './world'

const invoices = `create table invoice (
  number text primary key, instance_id text, user_id text,
  foreign key (instance_id, user_id) references indwell_user (instance_id, user_id)
)`
const notes = `create table note (
  number text primary key, instance_id text, user_id text,
  foreign key (instance_id, user_id) references indwell_user (instance_id, user_id) on delete cascade
)`
const seats = `create table seat (
  number text primary key, instance_id text, user_id text,
  foreign key (instance_id, user_id) references indwell_user (instance_id, user_id) on delete restrict
)`
const rowOf = (table: string, number: string, userId: string) =>
  `insert into ${table} (number, instance_id, user_id) values ('${number}', 'default', '${userId}')`

const human = (userId: string) => ({ userId, orgId: 'acme', userName: userId })
const referenced = { code: 'invalid_state', reason: 'referenced' }

/** What foreign keys of the host do to ours, within its transactions and outside. */
export function describeForeignKeys(name: string, open: () => Promise<Host>): void {
  describe(`foreign keys to ${name}`, () => {
    let host: Host
    let world: World
    let told: string[]
    beforeEach(async () => {
      host = await open()
      world = await createWorld({ storage: host.storage, isFilled: host.isFilled ?? false })
      for (const table of [invoices, notes, seats]) await host.run(table)
      told = []
      world.directory.on('*', ({ type, aggregate }) => void told.push(`${type} ${aggregate.id}`))
    })
    afterEach(() => host.close())

    const numbers = async (table: string) =>
      (await host.run(`select number from ${table} order by number`)).map((row) => row.number)
    const isThere = async (userId: string) => (await world.system.users.getOrUndefined(userId)) !== undefined

    it('a foreign key without an action keeps a user that the host has rows of', async () => {
      const transaction = await host.begin()
      const { users } = world.directory.within(transaction.handle).asSystem('host')
      await users.createHuman(human('carl'))
      await transaction.run(rowOf('invoice', '1', 'carl'))
      await expect(users.delete('carl')).rejects.toMatchObject(referenced)
      await users.delete('robot')
      await transaction.commit()

      await expect(world.system.users.delete('carl')).rejects.toMatchObject(referenced)
      expect(await isThere('carl')).toBe(true)
      await host.run('delete from invoice')
      await world.system.users.delete('carl')
      expect(await isThere('carl')).toBe(false)
    })

    it('of users that are deleted at once only those stay that rows restrict', async () => {
      for (const userId of ['u1', 'u2', 'u3', 'u4']) await world.system.users.createHuman(human(userId))
      await host.run(rowOf('seat', '1', 'u2'))
      await host.run(rowOf('note', '1', 'u3'))

      const outcomes = await Promise.allSettled(['u1', 'u2', 'u3', 'u4'].map((id) => world.system.users.delete(id)))

      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
      expect(outcomes[1]).toMatchObject({ reason: referenced })
      expect(await isThere('u2')).toBe(true)
      expect(await numbers('note')).toEqual([])
      expect(told.filter((text) => text.startsWith('user.removed'))).toHaveLength(3)
    })

    it('rows of the host go with a user whose rows cascade, also where its org is deleted', async () => {
      await world.system.users.createHuman(human('carl'))
      await host.run(rowOf('note', '1', 'carl'))
      await host.run(rowOf('note', '2', 'eve'))
      await host.run(rowOf('seat', '3', 'bob'))
      await world.system.users.delete('carl')
      expect(await numbers('note')).toEqual(['2'])

      await world.system.orgs.delete('umbrella')
      expect(await numbers('note')).toEqual([])
      await expect(world.system.orgs.delete('acme')).rejects.toMatchObject(referenced)
      expect(await isThere('ada')).toBe(true)
    })
  })
}
