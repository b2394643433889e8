import { expectTypeOf } from 'vitest'
import type { Exchange } from './exchange'
import { toFetchHandler } from './to-fetch-handler'

declare const exchange: Exchange
declare const request: Request

expectTypeOf(toFetchHandler(exchange)(request)).resolves.toEqualTypeOf<Response | undefined>()
expectTypeOf(toFetchHandler(exchange, { prefix: '/in' })(request)).resolves.toEqualTypeOf<Response | undefined>()
expectTypeOf(toFetchHandler(exchange, { notFound: () => new Response() })(request)).resolves.toEqualTypeOf<Response>()

// @ts-expect-error what is not found is answered with a Response
toFetchHandler(exchange, { notFound: () => 404 })
