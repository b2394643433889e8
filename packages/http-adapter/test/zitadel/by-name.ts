import type { JsonObject } from '@indwell/core'
import type { Face } from '../../src/create-http-adapter'
import { openCalls } from '../../src/zitadel/calls/index'
import { requestNameOf, responseNameOf } from '../../src/zitadel/contract'
import { zitadelContract } from '../../src/zitadel/contract.generated'
import { errorResponse } from '../../src/zitadel/error-body'
import { jsonResponse } from '../../src/zitadel/json-response'
import { decodeBody, encodeMessage } from '../../src/zitadel/proto-json'

type MessageName = keyof typeof zitadelContract.messages

/** A transport of every call for tests, those without a path among them: JSON at the paths that gRPC has. */
export function byName(): Face {
  return {
    name: 'by-name',
    open(host) {
      const calls = openCalls(host)
      return (request) => {
        const name = request.url.slice(1)
        const found = calls.get(name)
        if (found === undefined) return undefined
        const answer = async () => {
          const short = name.slice('zitadel.'.length)
          const message = decodeBody(zitadelContract, requestNameOf(short) as MessageName, await request.body(), 100)
          const { answer, status } = await found.call(request, message, {
            encode: (response) => encodeMessage(zitadelContract, responseNameOf(short) as MessageName, response),
            keep: (answer) => answer,
            restore: (kept) => kept as JsonObject,
          })
          return status === undefined ? jsonResponse(200, answer) : errorResponse(status)
        }
        return answer()
      }
    },
  }
}
