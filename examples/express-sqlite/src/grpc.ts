import { createDirectory } from '@indwell/core'
import { zitadelGrpc } from '@indwell/grpc-adapter'
import { listen } from '@indwell/grpc-adapter/listen'
import { createHttpAdapter } from '@indwell/http-adapter'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { createServerTransport } from '@zitadel/client/node'
import { createManagementServiceClient } from '@zitadel/client/v1'

const token = 'a-secret-of-the-owner'
const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
await directory.bootstrapOwner({ token })
const exchange = createHttpAdapter(directory, { faces: [zitadel(), zitadelGrpc()] })
const { url, close } = await listen({ exchange, port: 0 })

const management = createManagementServiceClient(createServerTransport(token, { baseUrl: url }))
const { userId: id } = await management.addMachineUser({ userName: 'robot', name: 'Robot' })
await management.setUserMetadata({ id, key: 'plan', value: Buffer.from('pro') })
const { metadata } = await management.getUserMetadata({ id, key: 'plan' })
export const plan = Buffer.from(metadata!.value).toString() // 'pro'

await close()
await directory.close()
