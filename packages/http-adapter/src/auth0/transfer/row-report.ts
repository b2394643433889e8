import type { JsonValue } from '@indwell/core'

/** What a row of an import can be refused for, as the service names it. */
export type RowErrorCode =
  | 'ANY_OF_MISSING'
  | 'ARRAY_LENGTH_LONG'
  | 'ARRAY_LENGTH_SHORT'
  | 'CONFLICT'
  | 'CONFLICT_EMAIL'
  | 'CONFLICT_USERNAME'
  | 'DUPLICATED_USER'
  | 'ENUM_MISMATCH'
  | 'FORMAT'
  | 'INVALID_TYPE'
  | 'MAX_LENGTH'
  | 'MAXIMUM'
  | 'MIN_LENGTH'
  | 'MINIMUM'
  | 'NOT_PASSED'
  | 'OBJECT_REQUIRED'
  | 'PATTERN'

export interface RowError {
  readonly code: RowErrorCode
  readonly message: string
  /** Where in the user, as in `identities[0].connection`. Absent: it is about the user as a whole. */
  readonly path?: string
}

/** A row that was not imported, and why. */
export interface RowReport {
  /** As it stands in the file, without passwords, hashes and factors; `null` where it could not be read. */
  readonly user: JsonValue
  readonly errors: readonly RowError[]
}

/** Values of a whole megabyte are quoted by messages. */
const maxMessageLength = 500

export function rowError(code: RowErrorCode, message: string, path = ''): RowError {
  const text = message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…`.toWellFormed() : message
  return { code, message: text, ...(path !== '' && { path }) }
}

/** A row whose user is there, or stands in the file already. */
export const duplicated = rowError('DUPLICATED_USER', 'The user already exist and upsert parameter is false')

const codes: readonly (readonly [text: string, code: RowErrorCode])[] = [
  ['Expected type', 'INVALID_TYPE'],
  ['Missing required property', 'OBJECT_REQUIRED'],
  ["Object didn't pass validation for format", 'FORMAT'],
  ['String is too short', 'MIN_LENGTH'],
  ['String is too long', 'MAX_LENGTH'],
  ['String does not match pattern', 'PATTERN'],
  ['Array is too short', 'ARRAY_LENGTH_SHORT'],
  ['Array is too long', 'ARRAY_LENGTH_LONG'],
]

/** The error that a sentence of the validator stands for. */
export function validationError({ text, path }: { readonly text: string; readonly path: string }): RowError {
  return rowError(codes.find(([beginning]) => text.startsWith(beginning))?.[1] ?? 'NOT_PASSED', text, path)
}
