import { createDirectory, defineMetadata, isDirectoryError, type UnindexedCondition } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'

const metadata = defineMetadata({
  user: { plan: { schema: v.picklist(['free', 'pro']), indexed: true }, note: v.string() },
  org: { tier: { schema: v.picklist(['basic', 'gold']), indexed: true } },
})
export const warnings: UnindexedCondition[] = []
export const directory = await createDirectory({
  storage: sqliteStorage({ filename: ':memory:' }),
  metadata,
  unindexed: 'refuse',
  onUnindexed: (condition) => warnings.push(condition),
})
const { users, orgs } = directory.asSystem('report')
const { orgId } = await orgs.create({ name: 'Acme', metadata: { org: { tier: 'gold' } } })
const { userId } = await users.createHuman({ orgId, userName: 'ada', metadata: { app: { plan: 'pro', note: 'vip' } } })
await orgs.members(orgId).add({ userId, roles: ['ORG_OWNER'] })

// Orgs, clients and members are asked for in the same words.
export const gold = await orgs.find({ where: { metadata: { tier: 'gold' } }, orderBy: { name: 'asc' } })
export const owners = await orgs
  .members(orgId)
  .find({ where: { roles: { has: 'ORG_OWNER' }, user: { type: 'human' } } })

// What belongs to the users of a page comes with them, at the price of two reads for all of them.
export const page = await users.find({
  where: { memberships: { some: { orgId, roles: { has: 'ORG_OWNER' } } } },
  include: { metadata: { app: ['plan'] }, memberships: true },
})
export const plans = page.items.map((user) => user.metadata.app.plan) // ('free' | 'pro' | undefined)[]

// A key without an index is refused here, unless the query says otherwise for itself.
const where = { metadata: { note: 'vip' } }
export const refused: unknown = await users
  .find({ where })
  .catch((error: unknown) => isDirectoryError(error) && error.message) // 'where.metadata.note: is not indexed: …'
export const warned = await users.find({ where, unindexed: 'warn' }) // tells `onUnindexed`

export const explained = await users.explain({ where: { metadata: { plan: 'pro' } } })
export const [served] = explained.conditions // { where: 'where.metadata.plan', index: 'indwell_indexed_value_by_value', … }
