import type { ActingDirectory } from '@indwell/core'
import type { Request } from '../../binding'
import { detailsOf } from '../../object-details'

/** Has a new code sent to the user's address, or answers it. */
export async function newEmailCode(
  { users }: ActingDirectory,
  { userId, sendCode, returnCode }: Request<'user.v2.SendEmailCodeRequest'>,
) {
  if (returnCode !== undefined) {
    const { code, ...written } = await users.requestEmailCode(userId, { refuseInitial: true })
    return { details: detailsOf(written), verificationCode: code }
  }
  const urlTemplate = sendCode?.urlTemplate
  const template = urlTemplate === undefined ? {} : { urlTemplate }
  return { details: detailsOf(await users.sendEmailCode(userId, { ...template, refuseInitial: true })) }
}

/** The same for the user's number. */
export async function newPhoneCode(
  { users }: ActingDirectory,
  { userId, returnCode }: Request<'user.v2.ResendPhoneCodeRequest'>,
) {
  if (returnCode !== undefined) {
    const { code, ...written } = await users.requestPhoneCode(userId, { refuseInitial: true })
    return { details: detailsOf(written), verificationCode: code }
  }
  return { details: detailsOf(await users.sendPhoneCode(userId, { refuseInitial: true })) }
}
