import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ userName: 'ada', email: 'ada@acme.example' })
await users.metadata(userId).set({ city: 'London' })

// A line of JSON for each part: a file to hand over, or a response to stream.
export const lines: string[] = []
for await (const part of users.exportSubject(userId)) lines.push(JSON.stringify(part))

export const told: string[] = []
directory.on('user.erased', ({ aggregate }) => void told.push(aggregate.id))
await directory.asSystem('request 17 of the data protection officer').users.erase(userId)

export const left = await users.history(userId)
await users.createHuman({ userName: 'ada' }) // the name is free
