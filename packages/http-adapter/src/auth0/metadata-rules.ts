import type { JsonObject, JsonValue } from '@indwell/core'
import type { Auth0Error } from './error-body'
import { invalidBody } from './error-catalogue'
import { clientMetadataDescription, maxClientMetadataPairs } from './schemas/client-members'
import { validationSentence } from './validation-messages'

/** One entry per root name, in order of appearance. Pairs, not an object: a name may be `__proto__`. */
export type MetadataEntries = readonly (readonly [name: string, value: JsonValue])[]

/** What a write does to stored metadata: clear first, then remove, then set. */
export interface MetadataChange {
  readonly clear: boolean
  readonly remove: readonly string[]
  readonly set: MetadataEntries
}

/** The two metadata objects of a user. */
export type UserMetadataKind = 'user_metadata' | 'app_metadata'

const reservedAppNames: ReadonlySet<string> = new Set([
  '__tenant',
  '_id',
  'blocked',
  'clientID',
  'created_at',
  'email_verified',
  'email',
  'globalClientID',
  'global_client_id',
  'identities',
  'lastIP',
  'lastLogin',
  'loginsCount',
  'metadata',
  'multifactor_last_modified',
  'multifactor',
  'updated_at',
  'user_id',
])

/**
 * Reads the metadata of a user's PATCH: root names merge, `null` removes one, `{}` clears, values are kept verbatim.
 *
 * @throws {@link Auth0Error} 400 `invalid_body` for a name with `.` or `$` at any depth, or a reserved root name of
 * `app_metadata`.
 */
export function changeUserMetadata(kind: UserMetadataKind, value: JsonObject): MetadataChange {
  requireUserMetadataNames(kind, value)
  return merge(value)
}

/**
 * Reads the metadata of a user's POST: root names with `null` are dropped, as a PATCH would have left them.
 *
 * @throws {@link Auth0Error} as {@link changeUserMetadata}.
 */
export function createUserMetadata(kind: UserMetadataKind, value: JsonObject): MetadataEntries {
  requireUserMetadataNames(kind, value)
  return present(value)
}

/** Reads the `client_metadata` of a PATCH, already checked by its schema: like a user's. */
export function changeClientMetadata(value: JsonObject): MetadataChange {
  return merge(value)
}

/** Reads the `client_metadata` of a POST, already checked by its schema. */
export function createClientMetadata(value: JsonObject): MetadataEntries {
  return present(value)
}

/** Reads the `metadata` of an organization's POST, already checked by its schema. */
export function createOrganizationMetadata(value: JsonObject): MetadataEntries {
  return present(value)
}

/** Reads an organization's `metadata`, already checked by its schema: it replaces what is stored. */
export function replaceOrganizationMetadata(value: JsonObject): MetadataChange {
  return { clear: true, remove: [], set: present(value) }
}

/**
 * 400 for a client that would end up with too many pairs, in the words of the schema's own limit.
 *
 * @param pairs - How many there would be after the change.
 */
export function tooManyClientMetadata(pairs: number): Auth0Error {
  return invalidBody(
    validationSentence('payload', `Too many properties defined (${pairs}), maximum ${maxClientMetadataPairs}`, {
      path: ['client_metadata'],
      description: clientMetadataDescription,
    }),
  )
}

/** Answers what a change makes of stored entries. Later names come last. */
export function applyMetadataChange(stored: MetadataEntries, change: MetadataChange): MetadataEntries {
  const entries = new Map(change.clear ? [] : stored)
  for (const name of change.remove) entries.delete(name)
  for (const [name, value] of change.set) entries.set(name, value)
  return [...entries]
}

function merge(value: JsonObject): MetadataChange {
  const names = Object.keys(value)
  return {
    clear: names.length === 0,
    remove: names.filter((name) => value[name] === null),
    set: present(value),
  }
}

function present(value: JsonObject): MetadataEntries {
  return Object.entries(value).filter(([, member]) => member !== null)
}

function requireUserMetadataNames(kind: UserMetadataKind, value: JsonObject): void {
  const names = namesAtAnyDepth(value)
  if (names.some((name) => name.includes('.'))) {
    throw invalidBody('Fields with "." are not allowed, please remove all dotted fields.')
  }
  const dollar = names.find((name) => name.includes('$'))
  if (dollar !== undefined) throw invalidBody(`Fields with "$" are not allowed in ${kind}: ${dollar}`)
  if (kind !== 'app_metadata') return
  const reserved = Object.keys(value).filter((name) => reservedAppNames.has(name))
  if (reserved.length > 0) throw invalidBody(`Fields of ${kind} have reserved names: ${reserved.join(',')}`)
}

// A list of open values, not recursion: depth is the client's choice.
function namesAtAnyDepth(root: JsonObject): readonly string[] {
  const names: string[] = []
  const open: JsonValue[] = [root]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const item of value) open.push(item)
    } else {
      for (const [name, member] of Object.entries(value)) {
        names.push(name)
        open.push(member)
      }
    }
  }
  return names
}
