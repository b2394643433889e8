import { createDirectory, type LimitExceededError } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

const storage = sqliteStorage({ filename: ':memory:' })
// What ZITADEL takes, and values of 4 kB at most.
export const directory = await createDirectory({
  storage,
  limits: { like: 'zitadel', metadataValueBytes: 4096, metadataJsonLength: 4096 },
})

const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ userName: 'ada' })
export const refused = await users
  .metadata(userId)
  .set({ avatar: new Uint8Array(5000) })
  .catch((error) => error as LimitExceededError)
// metadata.value.bytes of avatar is 5000, at most 4096 allowed

await directory.close()
