import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDirectory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { createHttpAdapter } from '../src/create-http-adapter'
import { toNodeHandler } from '../src/to-node-handler'
import { zitadel } from '../src/zitadel'

/** Serves the directory of a file or a database, and tells its parent where. */
async function serve(location: string): Promise<void> {
  const storage = location.startsWith('postgres:')
    ? postgresStorage({ connectionString: location, max: 2 })
    : sqliteStorage({ filename: location })
  const directory = await createDirectory({ storage })
  const server = http.createServer(toNodeHandler(createHttpAdapter(directory, { faces: [zitadel()] })))
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.send?.({ kind: 'ready', body: `http://127.0.0.1:${port}` })
  })
}

process.on('disconnect', () => process.exit())
serve(process.argv[2] ?? '').catch((error: Error) => process.send?.({ kind: 'ready', failure: error.stack }))
