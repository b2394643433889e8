import { plainApiError } from '../../api-error'
import type { Request } from '../../binding'

/** What a message says of an address or a number beside the address or number. */
export type Verifiable = Partial<Pick<Request<'user.v2.SetHumanPhone'>, 'returnCode' | 'isVerified'>>

/**
 * Whether an address or a number that a message brings is verified already. Else it is to be verified by a code, which
 * is sent: core writes that there is one.
 *
 * @throws {@link ApiError} for a code that shall be in the answer: no codes are made here.
 */
export function isVerified({ returnCode, isVerified = false }: Verifiable): boolean {
  if (returnCode !== undefined) throw plainApiError('unimplemented', 'codes cannot be returned')
  return isVerified
}
