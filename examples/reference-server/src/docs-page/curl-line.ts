import type { OpenApiDocument, OpenApiOperation } from '@indwell/http-adapter'
import { exampleOf } from './example-of'

/**
 * The rest of a line for the shell that calls an operation, behind `curl` and the address of the server: `before` and
 * `after` the address. Variables of the path are in capitals, to be replaced.
 */
export function curlLine(
  document: OpenApiDocument,
  method: string,
  path: string,
  { parameters, requestBody }: Pick<OpenApiOperation, 'parameters' | 'requestBody'>,
): { readonly before: string; readonly after: string } {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase())
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(document, schema, name)))}`)
  const json = requestBody?.content['application/json']
  const body = json && exampleOf(document, json.schema)
  const parts = requestBody?.content['multipart/form-data']?.schema.required ?? []
  const options = [
    ...(method === 'get' || (method === 'post' && requestBody !== undefined) ? [] : [`-X ${method.toUpperCase()}`]),
    '-H "Authorization: Bearer $INDWELL_OWNER_TOKEN"',
    ...parts.map((name) => `-F '${name}=${name === 'users' ? '@users.json' : name.toUpperCase()}'`),
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`]),
  ]
  return { before: `curl ${options.join(' ')} '`, after: `${filled}${query.length > 0 ? `?${query.join('&')}` : ''}'` }
}

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
