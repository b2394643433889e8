import * as v from 'valibot'
import { emailFormat, strictUriFormat } from './formats'
import { jsonObject } from './json-members'

export const email = v.pipe(v.string(), emailFormat, v.description("The user's email"))
export const phoneNumber = v.pipe(
  v.string(),
  v.regex(/^\+[0-9]{1,15}$/),
  v.description("The user's phone number, as E.164 writes it"),
)
export const username = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.description("The user's login name"))
export const password = v.pipe(v.string(), v.minLength(1), v.description("The user's password"))
export const givenName = v.pipe(v.string(), v.minLength(1), v.maxLength(150), v.description("The user's first name"))
export const familyName = v.pipe(v.string(), v.minLength(1), v.maxLength(150), v.description("The user's last name"))
export const fullName = v.pipe(v.string(), v.minLength(1), v.maxLength(300), v.description("The user's full name"))
export const nickname = v.pipe(v.string(), v.minLength(1), v.maxLength(300), v.description("The user's nickname"))
export const picture = v.pipe(v.string(), strictUriFormat, v.description("Where the user's picture is"))
export const blocked = v.pipe(v.boolean(), v.description('Whether the user is kept out'))
export const emailVerified = v.pipe(v.boolean(), v.description('Whether the e-mail is known to be theirs'))
export const phoneVerified = v.pipe(v.boolean(), v.description('Whether the phone number is known to be theirs'))
export const verifyEmail = v.pipe(v.boolean(), v.description('Whether to ask the user to confirm the e-mail'))
export const connection = v.pipe(v.string(), v.minLength(1), v.description('Connection the user belongs to'))
export const userMetadata = v.pipe(jsonObject, v.description('What the user may change about themselves'))
export const appMetadata = v.pipe(jsonObject, v.description('What only applications change about the user'))
