import type { JsonObject, JsonValue } from '../json'
import type {
  ClientRecord,
  EntryRecord,
  MemberRecord,
  OrgDomainRecord,
  OrgRecord,
  RoleRecord,
  Stamped,
  UserRecord,
} from '../storage/records'
import type { LinkedIdentity } from '../users/identity'

/** Names the format: a file begins with it. */
export const portableFormat = 'indwell'
export const portableVersion = 1

/**
 * When something came to be, and for information when it was last changed and by which event of its subject. An import keeps
 * `createdAt` of all but entries.
 */
export interface PortableStamp {
  readonly sequence?: string
  readonly createdAt?: number
  readonly changedAt?: number
}

type Plain<T> = Omit<T, keyof Stamped> & { readonly at?: PortableStamp }

/** What a line of an export holds, by its `kind`. Absent members stand for `null`, or what is usual. */
export interface PortableLines {
  /** First of all. `position`: what was written behind it may be in the file or not. */
  readonly header: {
    readonly format: typeof portableFormat
    readonly version: typeof portableVersion
    readonly instanceId?: string
    readonly exportedAt?: number
    readonly position?: string
  }
  readonly instance: { readonly defaultOrgId: string; readonly userLoginMustBeDomain: boolean }
  readonly role: Plain<RoleRecord>
  /** Followed by its metadata, as users and clients are. */
  readonly org: Plain<Omit<OrgRecord, 'primaryDomain'>> & {
    readonly domains: readonly Pick<OrgDomainRecord, 'domain' | 'isVerified' | 'isPrimary'>[]
  }
  readonly user: Plain<UserRecord> & { readonly identities?: readonly LinkedIdentity[] }
  readonly client: Plain<ClientRecord>
  readonly member: Plain<MemberRecord>
  /** One entry: its JSON `value`, or its `bytes` in base64; or that a namespace was written and holds nothing: `empty`. */
  readonly metadata: {
    readonly of: { readonly type: 'user' | 'org' | 'client'; readonly id: string }
    readonly namespace: string
    readonly at?: PortableStamp
  } & (
    | { readonly key: string; readonly value: JsonValue }
    | { readonly key: string; readonly bytes: string }
    | { readonly empty: true }
  )
  /** Last of all. `lines` counts all before it; at another `position` than the first one, others wrote meanwhile. */
  readonly end: { readonly lines: number; readonly position?: string }
}

export type PortableKind = keyof PortableLines

/** A line of an export, as JSON. */
export type PortableLine = {
  readonly [Kind in PortableKind]: { readonly kind: Kind } & PortableLines[Kind]
}[PortableKind]

/** Without what is told elsewhere, and with its stamp behind. */
export function lineOf(kind: PortableKind, record: object, rest: JsonObject = {}): string {
  const { sequence, createdAt, changedAt, ...members } = record as Partial<Stamped>
  const at = sequence === undefined ? {} : { at: { sequence, createdAt, changedAt } }
  return `${JSON.stringify({ kind, ...members, ...rest, ...at })}\n`
}

export function entryLine({ subjectType, subjectId, namespace, key, value, ...stamp }: EntryRecord): string {
  const { sequence, createdAt, changedAt } = stamp
  const named = JSON.stringify({ kind: 'metadata', of: { type: subjectType, id: subjectId }, namespace, key })
  // The text as it is stored: nothing is made of values that need not be.
  const held = 'json' in value ? `"value":${value.json}` : `"bytes":"${Buffer.from(value.bytes).toString('base64')}"`
  return `${named.slice(0, -1)},${held},"at":${JSON.stringify({ sequence, createdAt, changedAt })}}\n`
}
