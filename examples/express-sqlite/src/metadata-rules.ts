import { createDirectory, defineMetadata } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'

const hour = 3_600_000
let now = Date.UTC(2026, 0, 1)
const metadata = defineMetadata({
  user: {
    // The user reads and writes it, in calls with `across: 'orgs'`, and whoever may read users reads it too.
    locale: { schema: v.string(), read: ['self', 'orgAdmin'], write: ['self'] },
    // Nobody but the host's own code knows of it.
    riskScore: { schema: v.number(), read: ['system'], write: ['system'] },
    inviteCode: { schema: v.string(), expiresAfterMs: hour },
    taxId: { schema: v.string(), redact: true },
  },
})
const storage = sqliteStorage({ filename: ':memory:' })
export const directory = await createDirectory({ storage, metadata, clock: () => now })

const system = directory.asSystem('set-up')
const { userId } = await system.users.createHuman({ userName: 'ada' })
await system.users.metadata(userId).set({ riskScore: 7, inviteCode: 'x', taxId: 'DE 1' })

// For Ada herself there is nothing but what she may read.
const ada = directory.as({ userId, across: 'orgs' })
await ada.users.metadata(userId).set({ locale: 'de' })
export const shownToAda = await ada.users.metadata(userId).values() // { locale: 'de' }

// An hour later the code is gone for everybody, and its entry once somebody removes it.
now += hour
export const code = await system.users.metadata(userId).find('inviteCode') // undefined
export const { removed } = await directory.removeExpiredMetadata() // 1

// That the tax id was set is told, and not what it is.
const events = await system.events({ subject: { type: 'user', id: userId }, types: ['user.metadata.set'] })
export const told = events.map(({ payload }) => payload)
