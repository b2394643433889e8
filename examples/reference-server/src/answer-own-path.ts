import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Directory } from '@indwell/core'

/** Answers what no face does: `/healthz`, and 404 for the rest. */
export async function answerOwnPath(
  directory: Directory,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path] = (request.url ?? '/').split('?', 1)
  const [status, body] = path === '/healthz' ? await health(directory) : ([404, { message: 'Not Found' }] as const)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Whether the database answers: looking up a token that nobody has is the smallest read there is. */
async function health(directory: Directory): Promise<readonly [number, { readonly status: string }]> {
  try {
    await directory.authenticate('healthz')
    return [200, { status: 'ok' }]
  } catch {
    return [503, { status: 'storage unavailable' }]
  }
}
