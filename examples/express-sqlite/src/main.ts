import { createDirectory } from '@indwell/core'
import { createHttpAdapter, toNodeHandler } from '@indwell/http-adapter'
import { auth0 } from '@indwell/http-adapter/auth0'
import { sqliteStorage } from '@indwell/storage-sqlite'
import express from 'express'

export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
await directory.bootstrapOwner({ token: 'a-secret-of-the-owner' })
const exchange = createHttpAdapter(directory, { faces: [auth0()] })
const app = express().use(toNodeHandler(exchange))
export const server = app.listen(process.env.PORT ?? 8080)
