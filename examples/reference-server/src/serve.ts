import type { Directory } from '@indwell/core'
import { zitadelGrpc } from '@indwell/grpc-adapter'
import { type Listening, listen } from '@indwell/grpc-adapter/listen'
import { createHttpAdapter, toNodeHandler } from '@indwell/http-adapter'
import { auth0 } from '@indwell/http-adapter/auth0'
import { anyOf, jwtSecret, storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { answerOwnPath, type OwnRequest, type OwnResponse } from './answer-own-path'
import { ownDocuments } from './own-documents'
import type { Settings } from './settings'

/**
 * Opens the whole server: the faces of the directory, and beside them what a host serves itself, for HTTP/1.1 and HTTP/2 on one port.
 *
 * Rejects with the system's error when the address cannot be had.
 */
export function serve(
  directory: Directory,
  settings: Pick<Settings, 'host' | 'port' | 'jwtSecret' | 'strict'>,
): Promise<Listening> {
  const { host, port, strict } = settings
  const stored = storedTokens(directory)
  const asZitadel = { strict: strict.has('zitadel') }
  const faces = [zitadel(asZitadel), zitadelGrpc(asZitadel), auth0({ strict: strict.has('auth0') })]
  const exchange = createHttpAdapter(directory, {
    faces,
    authenticate: settings.jwtSecret === undefined ? stored : anyOf(jwtSecret({ secret: settings.jwtSecret }), stored),
  })
  const handler = toNodeHandler(exchange)
  const own = { directory, documentAt: ownDocuments(faces) }
  const answerOwn = (request: OwnRequest, response: OwnResponse) => void answerOwnPath(own, request, response)

  return listen({
    exchange,
    host,
    port,
    app: (request, response) => handler(request, response, () => answerOwn(request, response)),
    http2App: answerOwn,
  })
}
