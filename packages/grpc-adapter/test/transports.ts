import {
  type DescMethod,
  fromBinary,
  fromJson,
  getOption,
  type JsonObject,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf'
import { createFetch } from '@indwell/http-adapter'
import { http } from '@zitadel/proto/google/api/annotations_pb.js'
import { AdminService } from '@zitadel/proto/zitadel/admin_pb.js'
import { AuthService } from '@zitadel/proto/zitadel/auth_pb.js'
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js'
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js'
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb.js'
import { UserService } from '@zitadel/proto/zitadel/user/v2/user_service_pb.js'
import { descriptorOf } from '../src/messages/descriptors'
import { callNative, callWeb, framed, type GrpcAnswer } from './grpc-call'
import type { World } from './world'

const services = [
  [ManagementService, '/management/v1'],
  [AdminService, '/admin/v1'],
  [AuthService, '/auth/v1'],
  [UserService, ''],
  [OrganizationService, ''],
] as const

/** By `management.v1.ManagementService/GetUserByID`, with where its paths begin. */
const methods = new Map(
  services.flatMap(([service, prefix]) =>
    service.methods.map((method) => [
      `${service.typeName.slice('zitadel.'.length)}/${method.name}`,
      { method: method as DescMethod, prefix },
    ]),
  ),
)

/** What a client is left with, in JSON, whatever way it called. */
export interface Outcome {
  readonly code: number
  readonly message?: string
  readonly detail?: JsonValue
  readonly answer?: JsonValue
}

/** One way to call. */
export interface Transport {
  readonly name: string
  send(world: World, method: string, request: object, headers: Readonly<Record<string, string>>): Promise<Outcome>
}

export const json: Transport = {
  name: 'JSON',
  async send(world, name, request, headers) {
    const { method, prefix } = methodOf(name)
    const { pattern, body } = getOption(method, http)
    // Where there is no JSON, gRPC stands in: what the calls behind it find is then the same.
    if (pattern.case === undefined) return native.send(world, name, request, headers)
    // As a client has it: in the names and shapes of the descriptors.
    const rest = { ...(toJson(method.input, fromJson(method.input, request as JsonObject)) as JsonObject) }
    const path = String(pattern.value).replace(/\{([^}]*)\}/g, (_, variable: string) => {
      const jsonName = method.input.fields.find((field) => field.name === variable)?.jsonName ?? variable
      const value = String(rest[jsonName] ?? '')
      delete rest[jsonName]
      return encodeURIComponent(value)
    })
    const query = body === '*' ? '' : `?${new URLSearchParams(rest as Record<string, string>)}`
    const response = await fetch(world.http1 + prefix + path + query, {
      method: pattern.case.toUpperCase(),
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === '*' && { body: JSON.stringify(rest) }),
    })
    const answer = (await response.json()) as JsonObject
    if (response.status < 300) return { code: 0, answer }
    const [detail] = (answer.details ?? []) as JsonObject[]
    return { code: Number(answer.code), message: String(answer.message), ...(detail && { detail }) }
  },
}

const grpc = (
  name: string,
  send: (world: World, path: string, body: Buffer, headers: Readonly<Record<string, string>>) => Promise<GrpcAnswer>,
): Transport => ({
  name,
  async send(world, path, request, headers) {
    const { method } = methodOf(path)
    const message = toBinary(method.input, fromJson(method.input, request as JsonObject))
    return outcomeOf(await send(world, `/zitadel.${path}`, framed(message), headers), method)
  },
})

export const native = grpc('gRPC', ({ session }, path, body, headers) => callNative(session, path, body, headers))
export const web = grpc('gRPC-web', ({ http1 }, path, body, headers) => callWeb(fetch, http1 + path, body, headers))
export const webText = grpc('gRPC-web-text by fetch alone', ({ exchange }, path, body, headers) =>
  callWeb(createFetch(exchange), `http://x.test${path}`, body, {
    ...headers,
    'content-type': 'application/grpc-web-text',
  }),
)

export function methodOf(name: string) {
  const found = methods.get(name)
  if (found === undefined) throw new Error(`no method ${name}`)
  return found
}

function outcomeOf({ trailers, message, httpStatus }: GrpcAnswer, method: DescMethod): Outcome {
  if (httpStatus !== 200) throw new Error(`answered with ${httpStatus}`)
  const code = Number(trailers['grpc-status'])
  if (code === 0) {
    if (message === undefined) throw new Error('no message')
    return { code, answer: toJson(method.output, fromBinary(method.output, message)) }
  }
  if (message !== undefined) throw new Error('a message beside an error')
  const text = decodeURIComponent(trailers['grpc-message'] ?? '')
  const detail = detailOf(trailers, code, text)
  return { code, message: text, ...(detail && { detail }) }
}

/** As JSON has it. The status that holds it has to say the same as the trailers. */
function detailOf(trailers: Readonly<Record<string, string>>, code: number, message: string): JsonValue | undefined {
  const sent = trailers['grpc-status-details-bin']
  if (sent === undefined) return undefined
  if (sent.includes('=')) throw new Error('padded')
  const schema = descriptorOf('google.rpc.Status')
  const status: unknown = fromBinary(schema, Buffer.from(sent, 'base64'))
  const { details, ...rest } = status as {
    details: { typeUrl: string; value: Uint8Array }[]
    code: number
    message: string
  }
  const [only] = details
  if (only === undefined || details.length !== 1 || rest.code !== code || rest.message !== message)
    throw new Error('another status')
  const found = fromBinary(ErrorDetailSchema, only.value)
  return { '@type': only.typeUrl, id: found.id, message: found.message }
}
