import type { MemberUserField } from '../storage/search'

/** What can be looked for; other kinds are listed. */
export type FoundKind = 'user' | 'org' | 'client' | 'member'

export interface FieldKind<Type extends 'text' | 'time' | 'boolean' = 'text' | 'time' | 'boolean'> {
  readonly type: Type
  readonly nullable: boolean
}

const text = { type: 'text', nullable: false } as const
const textOrNull = { type: 'text', nullable: true } as const
const time = { type: 'time', nullable: false } as const
const timeOrNull = { type: 'time', nullable: true } as const
const boolean = { type: 'boolean', nullable: false } as const
const booleanOrNull = { type: 'boolean', nullable: true } as const

/** Members of records that a search may name; the first one is the id. */
export const foundFields = {
  user: {
    userId: text,
    orgId: text,
    type: text,
    state: text,
    userName: text,
    displayName: textOrNull,
    firstName: textOrNull,
    lastName: textOrNull,
    nickName: textOrNull,
    preferredLanguage: textOrNull,
    gender: textOrNull,
    email: textOrNull,
    emailVerified: boolean,
    phone: textOrNull,
    phoneVerified: boolean,
    description: textOrNull,
    connection: textOrNull,
    username: textOrNull,
    blocked: booleanOrNull,
    passwordChangedAt: timeOrNull,
    createdAt: time,
    changedAt: time,
    updatedAt: time,
  },
  org: { orgId: text, name: text, state: text, createdAt: time, changedAt: time, updatedAt: time },
  client: { clientId: text, orgId: text, name: text, createdAt: time, changedAt: time, updatedAt: time },
  member: { userId: text, expiresAt: timeOrNull, createdAt: time, changedAt: time },
} as const

/** Of the user that a member is; `null` of one that is gone. */
export const memberUserFields = {
  type: textOrNull,
  userName: textOrNull,
  displayName: textOrNull,
  firstName: textOrNull,
  lastName: textOrNull,
  email: textOrNull,
  orgId: textOrNull,
} as const satisfies Readonly<Record<MemberUserField extends `user.${infer Name}` ? Name : never, FieldKind>>

/** Members that are lists of texts. */
export const listFields: Readonly<Partial<Record<FoundKind, string>>> = { member: 'roles' }

export const idFields = { user: 'userId', org: 'orgId', client: 'clientId', member: 'userId' } as const

export const ownNamespaces = { user: 'app', org: 'org', client: 'client' } as const

export function fieldKind(kind: FoundKind, field: string): FieldKind | undefined {
  return kindIn(foundFields[kind], field)
}

export function kindIn(fields: Readonly<Record<string, FieldKind>>, field: string): FieldKind | undefined {
  return Object.hasOwn(fields, field) ? fields[field] : undefined
}
