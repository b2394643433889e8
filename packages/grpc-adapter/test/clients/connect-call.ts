import { type Client, ConnectError } from '@connectrpc/connect'
import type { ManagementService } from '@zitadel/proto/zitadel/management_pb.js'
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js'
import type { Call, Failure } from './conversation'
import { plainAnswer } from './plain-answer'

/** Calls by a client that is made of connect's, as ZITADEL's own are. */
export function callOf(client: Client<typeof ManagementService>): Call {
  return async (method, request) => {
    const run = client[method] as (request: object) => Promise<object>
    try {
      return { answer: plainAnswer(await run(request)) }
    } catch (error) {
      return { fails: failureOf(error) }
    }
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof ConnectError)) throw error
  const [detail] = error.findDetails(ErrorDetailSchema)
  return {
    code: error.code,
    message: error.rawMessage,
    ...(detail && { detail: { id: detail.id, message: detail.message } }),
  }
}
