import { createDirectory, defineMetadata } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'

const metadata = defineMetadata(
  {
    user: {
      plan: { schema: v.picklist(['free', 'pro']), default: 'free', indexed: true },
      seats: v.pipe(v.number(), v.integer(), v.minValue(1)),
      handle: { schema: v.pipe(v.string(), v.toLowerCase()), unique: true },
    },
    org: { tier: v.picklist(['basic', 'gold']) },
  },
  { unknownKeys: { user: 'reject' } },
)
export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }), metadata })

const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ userName: 'ada', metadata: { app: { handle: 'Ada' } } })
await users.metadata(userId).set({ seats: 3 }) // `{ seats: 'three' }` does not compile, and is refused at run time

export const values = await users.metadata(userId).values()
export const plan: 'free' | 'pro' = values.plan // 'free'
