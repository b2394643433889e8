import { type Face, type OpenApiDocument, openApiOf } from '@indwell/http-adapter'
import { docsPage } from './docs-page/docs-page'

/** What is sent for a path of the server's own. */
export interface OwnDocument {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Finds the documents on some faces by path: `/openapi/<face>.json`, and `/docs` for people. They are made from the
 * faces' routes when they are first asked for, and kept.
 */
export function ownDocuments(faces: readonly Face[]): (path: string, port: number) => OwnDocument | undefined {
  const made = new Map<string, OwnDocument>()
  let documents: ReadonlyMap<string, OpenApiDocument> | undefined

  return (path, port) => {
    const known = made.get(path)
    if (known !== undefined) return known
    documents ??= openApiOf(faces)
    const face = /^\/openapi\/(\w+)\.json$/.exec(path)?.[1]
    const described = face === undefined ? undefined : documents.get(face)
    const document =
      described !== undefined
        ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(described) }
        : path === '/docs'
          ? page(documents, port)
          : undefined
    if (document === undefined) return undefined
    const length = String(Buffer.byteLength(document.body))
    const whole = { ...document, headers: { ...document.headers, 'content-length': length } }
    made.set(path, whole)
    return whole
  }
}

// What the `Host` header says is the client's word: where the page is shown, the browser knows better.
function page(documents: ReadonlyMap<string, OpenApiDocument>, port: number): OwnDocument {
  const { body, contentSecurityPolicy } = docsPage(documents, `http://localhost:${port}`)
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body,
  }
}
