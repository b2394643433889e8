/** What can be looked for; other kinds are listed. */
export type FoundKind = 'user' | 'org' | 'client'

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
} as const

export const idFields = { user: 'userId', org: 'orgId', client: 'clientId' } as const

export const ownNamespaces = { user: 'app', org: 'org', client: 'client' } as const

export function fieldKind(kind: FoundKind, field: string): FieldKind | undefined {
  const fields: Readonly<Record<string, FieldKind>> = foundFields[kind]
  return Object.hasOwn(fields, field) ? fields[field] : undefined
}
