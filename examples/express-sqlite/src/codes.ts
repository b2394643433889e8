import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

export const sent: string[] = []
export const directory = await createDirectory({
  storage: sqliteStorage({ filename: ':memory:' }),
  // Called once the user is stored, and nothing waits for it: send an e-mail or a text message here.
  sendCode: ({ channel, to, code }) => void sent.push(`${channel} to ${to}: ${code}`),
})

const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ email: 'ada@acme.example' })

// What `sendCode` got, or a code that you ask for to send it yourself. The newest one counts, for an hour.
const { code } = await users.requestEmailCode(userId)
await users.verifyEmail(userId, code)
export const { emailVerified } = await users.get(userId) // true
