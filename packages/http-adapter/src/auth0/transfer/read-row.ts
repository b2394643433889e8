import { isDirectoryError, isStorable, type JsonObject, type JsonValue } from '@indwell/core'
import type * as v from 'valibot'
import { parseJson } from '../../json/parse-json'
import { Auth0Error } from '../error-body'
import { createUserMetadata, type MetadataEntries, type UserMetadataKind } from '../metadata-rules'
import { movedMembers, secretMembers, type TransferredUser } from '../schemas/import-user'
import { validationFindings } from '../validation-messages'
import type { SourceElement } from './element-splitter'
import { type RowError, rowError, validationError } from './row-report'

/** Longest user of a file, in bytes. */
export const maxRowBytes = 1_048_576
const maxDepth = 100
/** Of a user's id behind the provider, which is kept with it. */
const maxRawIdLength = 194
const maxPictureLength = 2000
const maxConnectionLength = 128
const maxMetadataNames = 10_000
const maxNameLength = 255

const secret = new Set(secretMembers)

/** Members of a row that are accepted and dropped. */
const dropped = new Set([...secretMembers, ...movedMembers])

/** A row that can be kept. */
export interface ReadRow {
  /** As a report shows it. */
  readonly user: JsonValue
  readonly record: TransferredUser
  /** First entries; absent: none in the row. */
  readonly userMetadata: MetadataEntries | undefined
  readonly appMetadata: MetadataEntries | undefined
  /** Members that are there and will not be kept. */
  readonly dropped: readonly string[]
}

/** Reads one element of a source by `schema` and by what a directory can keep. `now`: milliseconds since the epoch. */
export function readRow(
  element: SourceElement,
  schema: v.GenericSchema,
  now: number,
): ReadRow | { readonly user: JsonValue; readonly errors: readonly RowError[] } {
  if (element === undefined) return unread(`The user is longer than ${maxRowBytes} bytes`, 'MAX_LENGTH')
  const parsed = parseJson(element, { maxDepth, duplicateKeys: 'last', trailing: 'error' })
  if (!parsed.ok) {
    return parsed.fault.reason === 'too_deep'
      ? unread(`The user nests deeper than ${maxDepth} levels`, 'NOT_PASSED')
      : unread('The user is not valid JSON', 'FORMAT')
  }
  const user = withoutSecrets(parsed.value as JsonValue)
  const findings = validationFindings(schema, parsed.value)
  if (findings.length > 0) return { user, errors: findings.map(validationError) }

  const record = parsed.value as TransferredUser
  const errors = Array.from(unkeepable(record, now))
  const userMetadata = metadataOf('user_metadata', record, errors)
  const appMetadata = metadataOf('app_metadata', record, errors)
  if (errors.length > 0) return { user, errors }
  // Its own is kept, what was linked to it is not.
  const linked = (record.identities?.length ?? 0) > 1 ? ['identities'] : []
  const names = Object.keys(record).filter((name) => dropped.has(name))
  return { user, record, userMetadata, appMetadata, dropped: [...names, ...linked] }
}

function unread(message: string, code: RowError['code']) {
  return { user: null, errors: [rowError(code, message)] }
}

function withoutSecrets(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => !secret.has(name)))
}

const texts = ['email', 'username', 'given_name', 'family_name', 'name', 'nickname', 'picture'] as const

/** What the schema lets through and no directory keeps. */
function* unkeepable(record: TransferredUser, now: number): Iterable<RowError> {
  for (const name of texts) {
    const text = record[name]
    if (text !== undefined && !isStorable(text)) {
      yield rowError('FORMAT', 'must not hold NUL or half of a surrogate pair', name)
    }
  }
  const { email, picture = '', user_id = '' } = record
  if (email !== undefined && !/^[\x20-\x7e]*$/.test(email))
    yield rowError('FORMAT', 'must be an ASCII address', 'email')
  if (picture.length > maxPictureLength) yield tooLong('picture', picture, maxPictureLength)
  if (/[\p{Cc}\p{Cs}]/u.test(user_id)) yield rowError('FORMAT', 'must not hold control characters', 'user_id')
  const connection = record.identities?.[0]?.connection ?? 'none'
  if (connection === '' || connection.length > maxConnectionLength || !isStorable(connection)) {
    yield rowError('FORMAT', 'must be 1 to 128 characters, without NUL', 'identities[0].connection')
  }
  const createdAt = record.created_at === undefined ? now : Date.parse(record.created_at)
  if (Number.isNaN(createdAt)) yield rowError('FORMAT', 'must be a time', 'created_at')
  if (createdAt < 0) yield rowError('MINIMUM', 'must not be before 1970', 'created_at')
  if (createdAt > now) yield rowError('MAXIMUM', 'must not be in the future', 'created_at')
  const rawId = user_id.replace(/^auth0\|/, '')
  if (rawId.length > maxRawIdLength) yield tooLong('user_id', rawId, maxRawIdLength)
}

function tooLong(path: string, text: string, maximum: number): RowError {
  return rowError('MAX_LENGTH', `String is too long (${text.length} chars), maximum ${maximum}`, path)
}

function metadataOf(kind: UserMetadataKind, record: TransferredUser, errors: RowError[]): MetadataEntries | undefined {
  const value = record[kind] as JsonObject | undefined
  if (value === undefined) return undefined
  try {
    const entries = createUserMetadata(kind, value)
    const wrong = entries.find(([name]) => name === '' || name.length > maxNameLength || !isStorable(name))
    if (wrong !== undefined) {
      errors.push(
        rowError('FORMAT', 'Names must be 1 to 255 characters, without NUL or half of a surrogate pair', kind),
      )
    }
    if (entries.length > maxMetadataNames) {
      errors.push(rowError('NOT_PASSED', `Too many properties defined (${entries.length}), maximum 10000`, kind))
    }
    return entries
  } catch (error) {
    if (!(error instanceof Auth0Error) && !isDirectoryError(error)) throw error
    errors.push(rowError('FORMAT', error.message, kind))
    return undefined
  }
}
