import { createDirectory, defineMetadata } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'

const storage = sqliteStorage({ filename: ':memory:' })
const directory = await createDirectory({ storage })
const { users } = directory.asSystem('sign-up')
await users.createHuman({ userName: 'ada', metadata: { app: { plan: 'gold', seats: 3 } } })
await users.createHuman({ userName: 'bob', metadata: { app: { plan: 'pro', seats: 1 } } })

const definition = defineMetadata({ user: { plan: v.picklist(['free', 'pro'], 'is no plan'), seats: v.number() } })

export const refused: string[] = []
for await (const { subjectId, path, problem } of directory.checkMetadata({ definition })) {
  refused.push(`${path} ${problem}`)
  // What is to become of it is for you to say.
  await users.metadata(subjectId).set({ plan: 'pro' })
}
await directory.close()
