import type { ReturnedCodes } from '@indwell/core'
import type { Request } from '../../binding'

/** What a message says of an address beside the address, and of a number beside the number. */
type EmailVerification = Partial<Pick<Request<'user.v2.SetHumanEmail'>, 'sendCode' | 'returnCode' | 'isVerified'>>
type PhoneVerification = Partial<Pick<Request<'user.v2.SetHumanPhone'>, 'sendCode' | 'returnCode' | 'isVerified'>>

/** Whether an address is verified already, and if not, what becomes of its code: it is sent unless the message says otherwise. */
export function emailVerification({ sendCode, returnCode, isVerified = false }: EmailVerification) {
  const urlTemplate = sendCode?.urlTemplate
  return {
    ...(isVerified && { emailVerified: true }),
    ...(returnCode !== undefined && { emailCode: 'return' as const }),
    ...(urlTemplate !== undefined && { emailCodeUrlTemplate: urlTemplate }),
  }
}

/** The same of a number. */
export function phoneVerification({ returnCode, isVerified = false }: PhoneVerification) {
  return {
    ...(isVerified && { phoneVerified: true }),
    ...(returnCode !== undefined && { phoneCode: 'return' as const }),
  }
}

/** The codes that a message asked to be returned. */
export function returnedCodes({ emailCode, phoneCode }: ReturnedCodes) {
  return { emailCode: emailCode?.code, phoneCode: phoneCode?.code }
}
