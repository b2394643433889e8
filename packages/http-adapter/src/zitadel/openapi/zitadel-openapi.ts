import type {
  OpenApiContent,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from '../../openapi/openapi-document'
import { pathsOf, tagsOf, variablesOf } from '../../openapi/paths-of'
import type { ErrorEntry } from '../api-error'
import { type Contract, requestNameOf, responseNameOf } from '../contract'
import { zitadelContract } from '../contract.generated'
import type { Endpoint } from '../endpoint'
import { type ErrorMap, invalidToken } from '../error-map'
import { grpcCodes } from '../grpc-code'
import { layoutOf } from '../message-layout'
import { textOf } from '../texts'
import { errorSchema } from './error-schema'
import { fieldSchema, messageSchemas, refOf } from './message-schemas'
import { queryParameters } from './query-parameters'
import { tagOf } from './tag-of'

const contract: Contract = zitadelContract

const description =
  'Bodies are protojson. Answers leave out what holds its default: an empty text, 0, false, the first name of an enum, ' +
  'an empty list. Requests may write members in snake case, numbers of 64 bits as numbers and enums by number; members ' +
  'that are not known are ignored.'

/** Describes some endpoints of the contract. */
export function zitadelOpenApi(endpoints: readonly Endpoint[]): OpenApiDocument {
  const paths = endpoints.map(({ path }) => path)
  const routes = endpoints.map((endpoint) => ({
    method: endpoint.method,
    path: endpoint.path,
    operation: operationOf(endpoint, paths),
  }))
  const requests = endpoints.filter(({ hasBody }) => hasBody).map(({ name }) => requestNameOf(name))
  const responses = endpoints.map(({ name }) => responseNameOf(name))
  // What the path sets it sets over what the body says.
  const inPath = new Map(endpoints.map(({ name, path }) => [requestNameOf(name), variablesOf(path)]))
  // Also what only a query string carries: enums of parameters are referred to.
  const inQuery = endpoints.filter(({ hasBody }) => !hasBody).map(({ name }) => requestNameOf(name))
  const schemas = messageSchemas(contract, [...requests, ...responses, ...inQuery], inPath)
  const unused = new Set(inQuery)
  return {
    openapi: '3.1.1',
    info: { title: 'ZITADEL Management API, as Indwell serves it', version: 'v1 and v2', description },
    servers: [{ url: '/' }],
    tags: tagsOf(routes),
    paths: pathsOf(routes),
    components: {
      schemas: {
        ...Object.fromEntries(Object.entries(schemas).filter(([name]) => !unused.has(name))),
        Error: errorSchema,
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token whose user the roles permit what is asked.' },
      },
    },
  }
}

function operationOf(endpoint: Endpoint, paths: readonly string[]): OpenApiOperation {
  const { name, path, permission, hasBody } = endpoint
  const service = name.slice(0, name.indexOf('/'))
  const rpc = name.slice(name.indexOf('/') + 1)
  const layout = layoutOf(contract, requestNameOf(name))
  const variables = variablesOf(path)
  return {
    // As grpc-gateway makes them: several services have a method of the same name.
    operationId: `${service.slice(service.lastIndexOf('.') + 1)}_${rpc}`,
    summary: rpc,
    description: needsOf(endpoint),
    tags: [tagOf(service, path, paths)],
    ...(contract.methods[name]?.deprecated && { deprecated: true }),
    parameters: [
      ...variables.map((variable): OpenApiParameter => {
        const field = layout.byName.get(variable)
        const schema = field === undefined ? ({ type: 'string' } as const) : fieldSchema(field)
        return { name: variable, in: 'path', required: true, schema }
      }),
      ...(hasBody ? [] : queryParameters(layout, variables)),
      orgHeader,
      ...(endpoint.writes ? [keyHeader] : []),
      ...(endpoint.heedsAbsence ? [absenceHeader] : []),
    ],
    ...(hasBody && { requestBody: requestBodyOf(endpoint) }),
    responses: responsesOf(endpoint),
    security: [{ bearer: [] }],
    'x-permission': permission,
  }
}

function needsOf({ permission, across }: Endpoint): string {
  if (across === 'orgs') return 'Needs a valid token, and in the org that owns the subject the permission for this.'
  return permission === 'authenticated' ? 'Needs a valid token.' : `Needs the permission \`${permission}\`.`
}

const orgHeader: OpenApiParameter = {
  name: 'x-zitadel-orgid',
  in: 'header',
  required: false,
  description: "Id of the org to act in. Default: the caller's own.",
  schema: { type: 'string' },
}

const keyHeader: OpenApiParameter = {
  name: 'idempotency-key',
  in: 'header',
  required: false,
  description: 'A name for the request, which is carried out once.',
  schema: { type: 'string' },
}

const absenceHeader: OpenApiParameter = {
  name: 'if-none-match',
  in: 'header',
  required: false,
  description: 'Sets it only where there is none yet.',
  schema: { type: 'string', enum: ['*'] },
}

/** A body of zero bytes is the empty message. */
function requestBodyOf({ name, path }: Endpoint): NonNullable<OpenApiOperation['requestBody']> {
  const request = requestNameOf(name)
  const schema = messageSchemas(contract, [request], new Map([[request, variablesOf(path)]]))[request]
  const required = schema?.required !== undefined || schema?.oneOf !== undefined || schema?.allOf !== undefined
  return { required, content: contentOf(request) }
}

function responsesOf({
  name,
  successStatus,
  errors,
  permission,
  across,
  writes,
  heedsAbsence,
}: Endpoint): OpenApiOperation['responses'] {
  const texts = new Map<number, Set<string>>()
  for (const [code, id, key] of [...entriesOf(errors), invalidToken]) {
    const status = grpcCodes[code].httpStatus
    const known = texts.get(status) ?? new Set()
    texts.set(status, known.add(`${textOf(key)} (${id})`))
  }
  if (permission !== 'authenticated' && across === undefined) {
    const denied = texts.get(403) ?? new Set()
    texts.set(403, denied.add(`The permission ${permission} is missing`))
  }
  const content = contentOf('Error')
  const refusals = Array.from(texts, ([status, said]): readonly [string, OpenApiResponse] => [
    String(status),
    { description: `${Array.from(said).join('. ')}.`, content },
  ])
  return {
    [String(successStatus)]: { description: 'Done.', content: contentOf(responseNameOf(name)) },
    ...Object.fromEntries(refusals),
    ...(heedsAbsence && { 412: { description: 'There is one already.', content } }),
    ...(writes && { 422: { description: 'The idempotency key named another request.', content } }),
    default: { description: 'Any other error.', content },
  }
}

function entriesOf(errors: ErrorMap): readonly ErrorEntry[] {
  return Object.values(errors).flatMap((entries: Readonly<Record<string, ErrorEntry | undefined>>) =>
    Object.values(entries).filter((entry) => entry !== undefined),
  )
}

function contentOf(schemaName: string): OpenApiContent {
  return { 'application/json': { schema: { $ref: refOf(schemaName) } } }
}
