/** How a request of gRPC is framed, and in which words it is answered. */
export interface GrpcFormat {
  readonly kind: 'native' | 'web' | 'web-text'
  /** Of the answer: as that of the request. */
  readonly contentType: string
  /** Whether messages are protobuf. No other codec is known. */
  readonly isProto: boolean
}

const known = new Map(
  (['application/grpc', 'application/grpc-web', 'application/grpc-web-text'] as const).flatMap((base) =>
    [base, `${base}+proto`].map((contentType) => [contentType, { kind: kindOf(base), contentType, isProto: true }]),
  ) as [string, GrpcFormat][],
)

/** What gRPC says when there is no telling how it was asked. */
export const nativeFormat: GrpcFormat = { kind: 'native', contentType: 'application/grpc', isProto: true }
/** The same over HTTP/1.1. */
export const webFormat: GrpcFormat = { kind: 'web', contentType: 'application/grpc-web+proto', isProto: true }

/**
 * The format that a `content-type` names, whatever stands behind a `;`. `undefined`: it is none of gRPC.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and doc/PROTOCOL-WEB.md
 */
export function formatOf(contentType: string | undefined): GrpcFormat | undefined {
  if (contentType === undefined) return undefined
  const found = known.get(contentType)
  if (found !== undefined) return found
  const [essence = ''] = contentType.split(';', 1)
  const name = essence.trim().toLowerCase()
  const [, base] = /^(application\/grpc(?:-web(?:-text)?)?)(?:\+[a-z0-9.+-]{1,60})?$/.exec(name) ?? []
  if (base === undefined) return undefined
  return known.get(name) ?? { kind: kindOf(base), contentType: name, isProto: false }
}

function kindOf(base: string): GrpcFormat['kind'] {
  if (base === 'application/grpc') return 'native'
  return base === 'application/grpc-web' ? 'web' : 'web-text'
}
