import type { Directory } from '@indwell/core'
import { answerFailure } from './answer-failure'
import type { Authenticate } from './authenticate'
import { storedTokens } from './authenticators/stored-tokens'
import type { Exchange, ExchangeRequest, ExchangeResponse } from './exchange'
import type { Limits } from './limits'
import { resolveLimits } from './limits'
import type { OnError } from './on-error'
import { logError, report } from './on-error'
import type { OpenApiDocument } from './openapi/openapi-document'

/** What an opened face works with. */
export interface FaceHost {
  readonly directory: Directory
  readonly authenticate: Authenticate
  readonly limits: Limits
  /** See {@link HttpAdapterOptions.requireIdempotencyKey}. */
  readonly requireIdempotencyKey?: boolean
  /** Tells the host what went wrong behind the answer to a request. Never throws. */
  readonly report?: OnError
}

/** One vendor's API over a directory. */
export interface Face {
  readonly name: string
  /**
   * Called once per adapter. The function it returns answers a request, or tells with `undefined`, before anything is
   * awaited, that the path is none of its own.
   *
   * An answer with status 5xx carries what failed in `cause`. A rejection is answered in plain JSON instead of the
   * vendor's shape.
   */
  open(host: FaceHost): (request: ExchangeRequest) => Promise<ExchangeResponse> | undefined
  /** Describes every route the face serves, and nothing else. Made anew by each call. Absent: it does not describe itself. */
  openApi?(): OpenApiDocument
}

/** Options of {@link createHttpAdapter}. */
export interface HttpAdapterOptions {
  /** The first one that answers a path wins. */
  readonly faces: readonly Face[]
  /** Who is calling. Default: whose access token of the directory it is ({@link storedTokens}). */
  readonly authenticate?: Authenticate | undefined
  readonly limits?: Partial<Limits> | undefined
  /** Whether a write by POST or PATCH without an `Idempotency-Key` is a 400. Default false: no vendor's client sends one. */
  readonly requireIdempotencyKey?: boolean | undefined
  /** Default: `console.error`. */
  readonly onError?: OnError | undefined
}

/**
 * Puts the faces of a directory behind one {@link Exchange}, to be mounted with `toNodeHandler` or `toFetchHandler`.
 *
 * Its promises never reject: what no face answered is a 500 in plain JSON and goes to `onError`.
 *
 * @throws {RangeError} when a limit is not a positive integer.
 */
export function createHttpAdapter<Metadata>(directory: Directory<Metadata>, options: HttpAdapterOptions): Exchange
export function createHttpAdapter(directory: Directory, options: HttpAdapterOptions): Exchange {
  const { authenticate = storedTokens(directory), onError = logError, requireIdempotencyKey = false } = options
  const limits = resolveLimits(options.limits)
  const faces = options.faces.map((face) =>
    face.open({
      directory,
      authenticate,
      limits,
      requireIdempotencyKey,
      report: (error, request) => report(onError, error, request),
    }),
  )

  const settle = (request: ExchangeRequest, pending: Promise<ExchangeResponse>): Promise<ExchangeResponse> =>
    pending.then(
      (response) => {
        if (response.cause !== undefined) report(onError, response.cause, request)
        return response
      },
      (error: unknown) => answerFailure(error, request, onError),
    )

  const exchange = (request: ExchangeRequest): Promise<ExchangeResponse> | undefined => {
    for (const answer of faces) {
      try {
        const pending = answer(request)
        if (pending !== undefined) return settle(request, pending)
      } catch (error) {
        return Promise.resolve(answerFailure(error, request, onError))
      }
    }
    return undefined
  }
  return Object.assign(exchange, { limits })
}
