import { createServer as createHttpServer, type Server } from 'node:http'
import type { Directory } from '@indwell/core'
import { createHttpAdapter, toNodeHandler } from '@indwell/http-adapter'
import { auth0 } from '@indwell/http-adapter/auth0'
import { anyOf, jwtSecret, storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { answerOwnPath } from './answer-own-path'
import { ownDocuments } from './own-documents'
import type { Settings } from './settings'

/** The whole server: both faces of the directory, and beside them what a host serves itself. */
export function createServer(directory: Directory, settings: Pick<Settings, 'jwtSecret' | 'strict'>): Server {
  const stored = storedTokens(directory)
  const faces = [zitadel({ strict: settings.strict.has('zitadel') }), auth0({ strict: settings.strict.has('auth0') })]
  const exchange = createHttpAdapter(directory, {
    faces,
    authenticate: settings.jwtSecret === undefined ? stored : anyOf(jwtSecret({ secret: settings.jwtSecret }), stored),
  })
  const handler = toNodeHandler(exchange)
  const own = { directory, documentAt: ownDocuments(faces) }

  return createHttpServer((request, response) => {
    handler(request, response, () => void answerOwnPath(own, request, response))
  })
}
