import { directory } from './main'

// The host's own work: nothing is checked, and every event says why it was done.
const { users, orgs } = directory.asSystem('sign-up')
const { orgId } = await orgs.create({ name: 'Acme' })
const { userId } = await users.createHuman({ orgId, firstName: 'Ada', lastName: 'Lovelace', email: 'ada@acme.example' })
await orgs.members(orgId).add({ userId, roles: ['ORG_OWNER'] })

// Metadata: any JSON, kept by key. What is stored already writes nothing.
const metadata = users.metadata(userId)
await metadata.set({ plan: 'pro', seats: 3, address: { city: 'London' } })
await metadata.apply({ set: { seats: 4 }, remove: ['plan'] })
export const values = await metadata.values() // { address: { city: 'London' }, seats: 4 }

// For a user every call is checked, against what is stored when it is made.
const ada = directory.as({ userId })
export const answer = await ada.checkPermission('user.write') // { allowed: true, via: { role: 'ORG_OWNER', … } }
await ada.users.lock((await ada.users.createMachine({ userName: 'robot', name: 'Robot' })).userId)

// What happened to her, oldest first: user.human.added, user.metadata.set, …
export const history = await ada.events({ subject: { type: 'user', id: userId } })
