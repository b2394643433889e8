import { once } from 'node:events'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createDirectory } from '@indwell/core'
import { zitadelGrpc } from '@indwell/grpc-adapter'
import { createHttpAdapter, toNodeHandler } from '@indwell/http-adapter'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { createServerTransport } from '@zitadel/client/node'
import { createManagementServiceClient } from '@zitadel/client/v1'

const token = 'a-secret-of-the-owner'
export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
await directory.bootstrapOwner({ token })
const exchange = createHttpAdapter(directory, { faces: [zitadel(), zitadelGrpc()] })
export const server = createServer(toNodeHandler(exchange)).listen(0)
await once(server, 'listening')

const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}`
const management = createManagementServiceClient(createServerTransport(token, { baseUrl }))
const { userId: id } = await management.addMachineUser({ userName: 'robot', name: 'Robot' })
await management.setUserMetadata({ id, key: 'plan', value: Buffer.from('pro') })
const { metadata } = await management.getUserMetadata({ id, key: 'plan' })
export const plan = Buffer.from(metadata!.value).toString() // 'pro'
