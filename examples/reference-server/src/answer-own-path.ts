import type { Directory } from '@indwell/core'
import type { ownDocuments } from './own-documents'

/** What is used of a request of HTTP/1.1 or HTTP/2. */
export interface OwnRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly socket: { readonly localPort?: number | undefined }
}

/** What is used of its response. */
export interface OwnResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): { end(body: string): unknown }
}

/** Answers what no face does: `/healthz`, the documents on what is served, and 404 for the rest. */
export async function answerOwnPath(
  { directory, documentAt }: { readonly directory: Directory; readonly documentAt: ReturnType<typeof ownDocuments> },
  request: OwnRequest,
  response: OwnResponse,
): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?', 1)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const document = isRead ? documentAt(path, request.socket.localPort ?? 80) : undefined
  if (document !== undefined) {
    response.writeHead(200, document.headers).end(document.body)
    return
  }
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
