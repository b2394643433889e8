import { createAccessTokenInterceptor, createManagementClient } from '@zitadel/node/dist/api/index.js'
import type { Target } from './client'
import type { Call } from './conversation'
import { detailIn } from './error-detail'
import { plainAnswer } from './plain-answer'

interface Trailers {
  get(key: 'grpc-status-details-bin'): Uint8Array | undefined
}

/** Calls by `@zitadel/node`, which tells what is in the trailers to whoever asks. */
export function callZitadelNode({ url, token }: Pick<Target, 'url' | 'token'>): Call {
  const client = createManagementClient(url, createAccessTokenInterceptor(token))
  return async (method, request) => {
    let trailers: Trailers | undefined
    const options = {
      onTrailer(received: Trailers) {
        trailers = received
      },
    }
    const run = client[method] as (message: object, options: object) => Promise<object>
    try {
      return { answer: plainAnswer(await run(request, options)) }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && 'details' in error)) throw error
      const found = detailIn(trailers?.get('grpc-status-details-bin'))
      return { fails: { code: Number(error.code), message: String(error.details), ...found } }
    }
  }
}
