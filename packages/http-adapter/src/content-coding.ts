import { RequestRefusedError } from './request-refused-error'

/**
 * Refuses a body that has to be decoded before it can be read (RFC 9110, section 8.4). `identity` is no coding.
 *
 * @param coding - The `Content-Encoding` of the request.
 * @throws {@link RequestRefusedError} `body_encoded`.
 */
export function requireIdentity(coding: string | null | undefined): void {
  const codings = coding?.split(',') ?? []
  if (codings.some((name) => !['', 'identity'].includes(name.trim().toLowerCase()))) {
    throw new RequestRefusedError('body_encoded')
  }
}
