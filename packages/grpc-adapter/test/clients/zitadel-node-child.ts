import type { Method } from './conversation'
import { callZitadelNode } from './zitadel-node'

const [, , url = '', token = ''] = process.argv
const call = callZitadelNode({ url, token })

process.on('message', async ({ method, request }: { method: Method; request: object }) => {
  process.send?.(await call(method, request))
})
process.on('disconnect', () => process.exit())
