import { createDirectory } from '@indwell/core'
import { createFetch, createHttpAdapter } from '@indwell/http-adapter'
import { auth0 } from '@indwell/http-adapter/auth0'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { ManagementClient } from 'auth0'

const token = 'a-secret-of-the-owner'
const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
await directory.bootstrapOwner({ token })
const exchange = createHttpAdapter(directory, { faces: [auth0()] })
const management = new ManagementClient({ domain: 'tenant.test', token, fetch: createFetch(exchange) })

const connection = 'Username-Password-Authentication'
const { user_id: userId = '' } = await management.users.create({ connection, email: 'bob@acme.example' })
const user = await management.users.update(userId, { app_metadata: { plan: 'pro' } })
export const plan = user.app_metadata?.plan // 'pro'
