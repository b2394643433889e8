import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

const storage = sqliteStorage({ filename: ':memory:' })
const before = (await createDirectory({ storage })).asSystem('sign-up')
const { userId } = await before.users.createHuman({ userName: 'ada' })
await before.users.metadata(userId).set({ plan: 'pro', address: { city: 'London' } })

// Whom it is about, the namespace, and the path of a condition: the entry's key, then names of members.
export const directory = await createDirectory({
  storage,
  metadataIndexes: [
    { subjectType: 'user', namespace: 'app', path: ['plan'] },
    { subjectType: 'user', namespace: 'app', path: ['address', 'city'] },
  ],
})

// Only because there was metadata before: brings it in, while others may write.
await directory.metadataIndexes.reindex()
export const states = (await directory.metadataIndexes.list()).map(({ state }) => state) // ['ready', 'ready']

// Conditions are asked as ever, and find what they found without an index.
export const found = await directory.asSystem('report').users.list({
  filter: { op: 'metadata', namespace: 'app', path: ['address', 'city'], test: { op: 'equals', value: 'London' } },
})
