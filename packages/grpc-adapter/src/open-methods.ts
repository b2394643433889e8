import { Buffer } from 'node:buffer'
import type { ExchangeRequest, FaceHost } from '@indwell/http-adapter'
import {
  type AnswerForm,
  type CallOutcome,
  type CallsOptions,
  type OpenCall,
  openCalls,
} from '@indwell/http-adapter/zitadel-calls'
import { PREFIX_BYTES } from './framing/read-message'
import { checkHealth, HEALTH_SERVICE } from './health'
import { answerWriter } from './messages/answer-writer'
import { requestDecoder } from './messages/request-decoder'

/** A method that can be called. */
export interface GrpcMethod {
  /**
   * @returns The answer's message behind room for its prefix, or what it ended with.
   * @throws {@link ApiError} when the bytes are no message of the method.
   */
  call(request: ExchangeRequest, message: Uint8Array): Promise<CallOutcome<Buffer>> | CallOutcome<Buffer>
}

/** What is served, by path. */
export interface GrpcMethods {
  /** @param path - `/zitadel.management.v1.ManagementService/GetUserByID`. */
  find(path: string): GrpcMethod | { readonly unknown: string }
  isServed(path: string): boolean
}

/** Every method that `zitadel()` serves, and the health of their services. */
export function openMethods(host: FaceHost, options: CallsOptions): GrpcMethods {
  const calls = openCalls(host, options)
  const methods = new Map<string, GrpcMethod>()
  for (const [name, open] of calls) methods.set(`/${name}`, methodOf(open))
  const services = new Set([...calls.keys()].map((name) => name.slice(0, name.indexOf('/'))))
  services.add(HEALTH_SERVICE)
  methods.set(`/${HEALTH_SERVICE}/Check`, { call: (_, message) => ({ answer: checkHealth(message, services) }) })

  return {
    isServed: (path) => methods.has(path),
    find(path) {
      const found = methods.get(path)
      if (found !== undefined) return found
      const [, service, name] = /^\/([^/]+)\/([^/]+)$/.exec(path) ?? []
      if (service === undefined) return { unknown: 'malformed method name' }
      if (!services.has(service)) return { unknown: `unknown service ${service}` }
      return { unknown: `unknown method ${name} for service ${service}` }
    },
  }
}

/** What a method needs is prepared with its first call: most hosts are asked for a few of a hundred. */
function methodOf(open: OpenCall): GrpcMethod {
  let prepared: { readonly decode: (bytes: Uint8Array) => object; readonly form: AnswerForm<Buffer> } | undefined
  return {
    call(request, message) {
      prepared ??= {
        decode: requestDecoder(open.request),
        form: {
          encode: answerWriter(open.response, PREFIX_BYTES),
          keep: (answer) => answer.toString('base64'),
          restore: (kept) => Buffer.from(String(kept), 'base64'),
        },
      }
      return open.call(request, prepared.decode(message), prepared.form)
    },
  }
}
