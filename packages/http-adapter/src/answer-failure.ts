import type { ExchangeRequest, ExchangeResponse } from './exchange'
import type { OnError } from './on-error'
import { report } from './on-error'
import { plainAnswer } from './plain-answer'
import { refusalStatus } from './refusal-status'
import { RequestRefusedError } from './request-refused-error'

/** The answer when no face made one: the client's fault in plain JSON, ours as a 500 that tells nothing and is reported. */
export function answerFailure(error: unknown, request: ExchangeRequest, onError: OnError): ExchangeResponse {
  if (error instanceof RequestRefusedError) return plainAnswer(refusalStatus[error.reason])
  report(onError, error, request)
  return plainAnswer(500)
}
