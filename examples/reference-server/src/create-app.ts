import type { RequestListener } from 'node:http'
import type { Directory } from '@indwell/core'
import { zitadelGrpc } from '@indwell/grpc-adapter'
import { createHttpAdapter, type Exchange, toNodeHandler } from '@indwell/http-adapter'
import { auth0 } from '@indwell/http-adapter/auth0'
import { anyOf, jwtSecret, storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { answerOwnPath, type OwnRequest, type OwnResponse } from './answer-own-path'
import { ownDocuments } from './own-documents'
import type { Settings } from './settings'

/** What is served: the faces of the directory, and beside them what a host serves itself. */
export interface App {
  /** The faces. */
  readonly exchange: Exchange
  /** What is no face's. */
  readonly ownPaths: (request: OwnRequest, response: OwnResponse) => void
  /** Both, for HTTP/1.1. */
  readonly app: RequestListener
}

/** Puts both vendors' faces before the paths of the server's own. */
export function createApp(directory: Directory, settings: Pick<Settings, 'jwtSecret' | 'strict'>): App {
  const stored = storedTokens(directory)
  const strict = settings.strict.has('zitadel')
  const faces = [zitadel({ strict }), zitadelGrpc({ strict }), auth0({ strict: settings.strict.has('auth0') })]
  const exchange = createHttpAdapter(directory, {
    faces,
    authenticate: settings.jwtSecret === undefined ? stored : anyOf(jwtSecret({ secret: settings.jwtSecret }), stored),
  })
  const handler = toNodeHandler(exchange)
  const own = { directory, documentAt: ownDocuments(faces) }
  const ownPaths = (request: OwnRequest, response: OwnResponse) => void answerOwnPath(own, request, response)

  return {
    exchange,
    ownPaths,
    app: (request, response) => handler(request, response, () => ownPaths(request, response)),
  }
}
