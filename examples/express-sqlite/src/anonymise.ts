import { createDirectory, defineMetadata } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'

const storage = sqliteStorage({ filename: ':memory:' })
const metadata = defineMetadata({
  user: { plan: { schema: v.string() }, taxId: { schema: v.string(), redact: true } },
})
export const directory = await createDirectory({ storage, metadata })
const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({
  userName: 'ada',
  firstName: 'Ada',
  email: 'ada@acme.example',
  preferredLanguage: 'en',
  metadata: { app: { plan: 'pro', taxId: 'GB123' } },
})

await users.anonymise(userId, { keep: ['preferredLanguage'], reason: 'request 18 of the data protection officer' })

export const user = await users.get(userId) // nobody's: { userName: 'anonymous-…', firstName: null, email: null, … }
export const values = await users.metadata(userId).values() // { plan: 'pro' }
export const left = await users.history(userId) // 'user.anonymised', with who did it, when and why
