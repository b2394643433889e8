import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDirectory, type DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { auth0 } from '../src/auth0'
import { createHttpAdapter } from '../src/create-http-adapter'
import { toNodeHandler } from '../src/to-node-handler'

/** Serves a directory in which no user is ever written, so that imports last as long as the process, by a clock that is `ahead`. */
async function serve(location: string, ahead: number): Promise<void> {
  const storage: DirectoryStorage = location.startsWith('postgres:')
    ? postgresStorage({ connectionString: location, max: 2 })
    : sqliteStorage({ filename: location })
  const directory = await createDirectory({
    storage: {
      ...storage,
      commit: (instanceId, commits) =>
        commits.some(({ aggregates }) => aggregates.some(({ key }) => key.type === 'user'))
          ? new Promise(() => {})
          : storage.commit(instanceId, commits),
    },
    clock: () => Date.now() + ahead,
  })
  const authenticate = async () => ({ userId: 'robot@clients', scopes: ['create:users'] })
  const server = http.createServer(toNodeHandler(createHttpAdapter(directory, { faces: [auth0()], authenticate })))
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.send?.({ kind: 'ready', body: `http://127.0.0.1:${port}` })
  })
}

process.on('disconnect', () => process.exit())
serve(process.argv[2] ?? '', Number(process.argv[3])).catch((error: Error) =>
  process.send?.({ kind: 'ready', failure: error.stack }),
)
