import type { Directory } from '@indwell/core'
import { createFetch, createHttpAdapter, type Exchange, type ExchangeRequest, type Face } from '@indwell/http-adapter'
import { auth0, clientCredentials } from '@indwell/http-adapter/auth0'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { limitedZitadel, type RequestFaults, slowExchange } from './faults/request-faults'
import { isAskedFor } from './faults/storage-faults'
import type { TestDirectory } from './test-directory'
import type { TestDirectoryOptions } from './test-directory-options'

/** The faces of a directory, each opened when it is first asked: most tests need one at most. */
export function openTestFaces(
  directory: Directory,
  token: string,
  options: TestDirectoryOptions,
  faults: RequestFaults,
): Pick<TestDirectory, 'auth0' | 'zitadel' | 'exchange'> {
  const { seed = 0, onError = (error) => console.error(error) } = options
  const openExchange = (faces: readonly Face[]) =>
    slowExchange(
      createHttpAdapter(directory, {
        faces,
        onError: (error, request) => {
          if (!isAskedFor(error)) onError(error, request)
        },
      }),
      faults,
    )
  const ofAuth0 = lazyExchange(() =>
    openExchange([
      auth0({
        // Links to files are random otherwise.
        linkSecret: `links of the test directory ${String(seed).padStart(8, '0')}`,
        ...options.auth0,
        rateLimit: (request) => faults.admit(request) ?? options.auth0?.rateLimit?.(request),
      }),
      clientCredentials(() => ({ accessToken: token })),
    ]),
  )
  const ofZitadel = lazyExchange(() => openExchange([limitedZitadel(zitadel(options.zitadel), faults)]))

  return {
    auth0: { domain: 'auth0.test', token, fetch: createFetch(ofAuth0) },
    zitadel: { url: 'https://zitadel.test', token, fetch: createFetch(ofZitadel) },
    exchange: (request) => ofAuth0(request) ?? ofZitadel(request),
  }
}

function lazyExchange(open: () => Exchange): Exchange {
  let opened: Exchange | undefined
  return (request: ExchangeRequest) => {
    opened ??= open()
    return opened(request)
  }
}
