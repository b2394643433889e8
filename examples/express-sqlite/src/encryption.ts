import { randomBytes } from 'node:crypto'
import { createDirectory, defineMetadata } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'

// 32 random bytes each, from wherever you keep secrets: never beside the database.
const keys = new Map([['2026-01', randomBytes(32)]])
const indexKey = randomBytes(32)
const keyProvider = { currentKeyId: '2026-01', key: (id: string) => keys.get(id), indexKey: () => indexKey }

const metadata = defineMetadata({
  user: {
    taxId: { schema: v.string(), unique: true, encrypted: { blindIndex: true } },
    diagnosis: { schema: v.string(), encrypted: true },
  },
})
const storage = sqliteStorage({ filename: ':memory:' })
export const directory = await createDirectory({ storage, metadata, keyProvider })

const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ userName: 'ada', metadata: { app: { taxId: 'DE 1' } } })
await users.metadata(userId).set({ diagnosis: 'none' })

// Whoever may read it reads it as ever. Of a key with a blind index it can be asked whether it equals a value.
export const values = await users.metadata(userId).values()
export const found = await users.find({ where: { metadata: { taxId: 'DE 1' } } })

// Another key, from now on; and once this is through, the old one opens nothing that is left.
keys.set('2027-01', randomBytes(32))
keyProvider.currentKeyId = '2027-01'
export const done = await directory.reencryptMetadata()
keys.delete('2026-01')
export const after = await users.metadata(userId).get('diagnosis')
