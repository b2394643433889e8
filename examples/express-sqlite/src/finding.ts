import { createDirectory, defineMetadata, isDirectoryError } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'

const metadata = defineMetadata({
  user: {
    plan: { schema: v.picklist(['free', 'pro', 'team']), indexed: true },
    seats: { schema: v.number(), indexed: true },
    tags: v.array(v.string()),
  },
})
export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }), metadata })
const { users } = directory.asSystem('report')
for (const [index, userName] of ['ada', 'bob', 'cleo', 'dan'].entries()) {
  const plan: 'pro' | 'free' = index % 2 === 0 ? 'pro' : 'free'
  const app = { plan, seats: index, tags: ['early'] }
  await users.createHuman({ userName, email: `${userName}@acme.example`, metadata: { app } })
}

export const { items } = await users.find({
  where: {
    email: { suffix: '@ACME.example', ignoreCase: true },
    metadata: { plan: { in: ['pro', 'team'] }, seats: { gte: 1 }, tags: { has: 'early' } },
    not: { state: 'locked' },
  },
  orderBy: { createdAt: 'desc' },
})

// Page after page: what others write in between neither repeats nor hides anybody else.
export const names: string[] = []
let after: string | undefined
do {
  const page = await users.find({ where: { metadata: { plan: { exists: true } } }, limit: 3, after })
  names.push(...page.items.map(({ userName }) => userName))
  after = page.next
} while (after !== undefined)

// What was not meant is refused, by its place: here it would have found everybody.
export const refused: unknown = await users
  // @ts-expect-error it would not have compiled
  .find({ where: { email: undefined } })
  .catch((error: unknown) => isDirectoryError(error) && error.message) // 'where.email: must not be undefined: leave it out'
