import type { Face } from '../create-http-adapter'
import type { OpenApiDocument } from './openapi-document'

/**
 * Describes what some faces serve: an OpenAPI document for each one that can describe itself, by the face's name.
 *
 * @param options.serverUrl - Where the faces are mounted, as URL or relative to the document's own address: the prefix,
 * without a slash at its end. Default: at the root.
 */
export function openApiOf(
  faces: readonly Face[],
  { serverUrl = '/' }: { readonly serverUrl?: string } = {},
): ReadonlyMap<string, OpenApiDocument> {
  const documents = new Map<string, OpenApiDocument>()
  for (const face of faces) {
    const document = face.openApi?.()
    if (document !== undefined) documents.set(face.name, { ...document, servers: [{ url: serverUrl }] })
  }
  return documents
}
