import assert from 'node:assert/strict'
import {
  type ActingDirectory,
  type Commit,
  createDirectory,
  type DirectoryStorage,
  type EntryPut,
  type JsonValue,
  type MetadataIndex,
  type RecordPut,
} from '@indwell/core'
import { blankUser } from './blank-user'

/** An org of many users, in an instance that has other orgs, in a database that has another instance. */
export interface LargeOrg {
  /** Works in that org. */
  readonly acting: ActingDirectory
  /** Works in all orgs. */
  readonly everywhere: ActingDirectory
  /** One of its users: a member, with tokens and metadata. */
  readonly member: ActingDirectory
  readonly orgId: string
  readonly userId: string
  readonly userName: string
  readonly email: string
}

export const usersInLargeOrg = 40_000
const others = 2000
const perCommit = 10_000

const stamped = { sequence: '1', createdAt: 1, changedAt: 1 }
const idOf = (number: number) => String(300_000_000_000_000_000n + BigInt(number))
/** In another order than the ids. */
const nameOf = (number: number) => `User-${String((number * 7919) % usersInLargeOrg).padStart(6, '0')}`
const emailOf = (number: number) => `${nameOf(number)}@Example.com`

export async function fillLargeOrg(storage: DirectoryStorage): Promise<LargeOrg> {
  const directory = await createDirectory({ storage, defaultOrgName: 'Acme', metadataIndexes })
  const orgId = directory.defaultOrgId
  for (let first = 0; first < usersInLargeOrg; first += perCommit) {
    const numbers = Array.from({ length: perCommit }, (_, index) => first + index)
    await apply(storage, directory.instanceId, orgId, idOf(first), {
      put: numbers.map((number) => userPut(number, orgId)),
      putEntries: numbers.filter((number) => number % 10 === 0).flatMap((number) => entriesOf(number)),
    })
  }
  await apply(storage, directory.instanceId, orgId, 'others', {
    put: otherRecords(orgId),
    putEntries: otherEntries(orgId),
  })
  await fillLog(storage, directory.instanceId, orgId)
  const elsewhere = Array.from({ length: others }, (_, number) => userPut(number, orgId))
  await apply(storage, 'another instance', orgId, 'users', { put: elsewhere })
  return {
    acting: directory.asSystem('test', { orgId }),
    everywhere: directory.asSystem('test'),
    member: directory.as({ userId: idOf(0) }),
    orgId,
    userId: idOf(0),
    userName: nameOf(0),
    email: emailOf(0),
  }
}

async function apply(
  storage: DirectoryStorage,
  instanceId: string,
  orgId: string,
  userId: string,
  rest: Partial<Commit>,
): Promise<void> {
  const commit: Commit = {
    at: 1,
    actor: { type: 'system', id: '', reason: 'test' },
    aggregates: [
      {
        key: { type: 'user', id: userId },
        expect: 'new',
        owner: orgId,
        events: [{ type: 'filled', payload: {} }],
        revise: false,
      },
    ],
    ...rest,
  }
  const [outcome] = await storage.commit(instanceId, [commit])
  assert.equal(outcome?.outcome, 'applied')
}

/** Three events of each of the others, whose ids are those of clients too. */
async function fillLog(storage: DirectoryStorage, instanceId: string, owner: string): Promise<void> {
  const events = [1, 2, 3].map(() => ({ type: 'filled', payload: {} }))
  const aggregates = Array.from({ length: others }, (_, number) =>
    (['org', 'client'] as const).map((type) => ({ type, id: idOf(number) })),
  )
    .flat()
    .map((key) => ({ key, expect: 'new', owner, events, revise: false }) as const)
  const [outcome] = await storage.commit(instanceId, [
    { at: 1, actor: { type: 'system', id: '', reason: 'test' }, aggregates },
  ])
  assert.equal(outcome?.outcome, 'applied')
}

function userPut(number: number, orgId: string): RecordPut {
  const [userName, email] = [nameOf(number), emailOf(number)]
  const named = { userName, email, firstName: 'Ada', lastName: `No ${number}`, displayName: `Ada No ${number}` }
  const record = { ...blankUser, ...named, userId: idOf(number), orgId, createdAt: number, changedAt: number }
  return { kind: 'user', record, created: false }
}

const metadataIndexes: readonly MetadataIndex[] = [
  { subjectType: 'user', namespace: 'app', path: ['code'] },
  { subjectType: 'user', namespace: 'app', path: ['limits', 'seats'] },
  { subjectType: 'user', namespace: 'app', path: ['vip'] },
  { subjectType: 'org', namespace: 'org', path: ['code'] },
  { subjectType: 'client', namespace: 'client', path: ['code'] },
]

function entriesOf(number: number): readonly EntryPut[] {
  const values: Readonly<Record<string, JsonValue>> = {
    ...{ plan: 'pro', seats: 'pro', theme: 'pro' },
    code: `Code-${number}`,
    limits: [{ seats: number }],
    ...(number % 10_000 === 0 && { vip: { since: 2020 } }),
  }
  return Object.entries(values).map(([key, value]) => ({
    key: { subjectType: 'user', subjectId: idOf(number), namespace: 'app', key },
    value: { json: JSON.stringify(value) },
    stamp: { aggregate: 0, event: 0 },
  }))
}

function otherEntries(orgId: string): readonly EntryPut[] {
  return Array.from({ length: others }, (_, number): readonly EntryPut[] => {
    const entry = { value: { json: `"Code-${number}"` }, stamp: { aggregate: 0, event: 0 } }
    const [org, client] = [`org-${number}`, `${orgId} ${number}`]
    return [
      { key: { subjectType: 'org', subjectId: org, namespace: 'org', key: 'code' }, ...entry },
      { key: { subjectType: 'client', subjectId: client, namespace: 'client', key: 'code' }, ...entry },
    ]
  }).flat()
}

/** Orgs with a user each, and members, domains, clients and tokens. */
function otherRecords(orgId: string): readonly RecordPut[] {
  return Array.from({ length: others }, (_, number): readonly RecordPut[] => {
    const org = {
      ...stamped,
      orgId: `org-${number}`,
      name: `Org ${number}`,
      displayName: null,
      state: 'active',
      primaryDomain: null,
      settings: {},
    } as const
    const domain = {
      ...stamped,
      domain: `d${number}.example.com`,
      isVerified: true,
      isPrimary: false,
      validationType: null,
      validationToken: null,
    }
    const member = {
      ...stamped,
      level: 'org',
      roles: ['ORG_OWNER'],
      expiresAt: null,
      userId: idOf(number * 10),
    } as const
    const token = { ...stamped, tokenId: `token-${number}`, hash: `hash-${number}`, orgId, expiresAt: null }
    return [
      { kind: 'org', record: org, created: false },
      { ...userPut(usersInLargeOrg + number, org.orgId), created: false },
      ...[orgId, org.orgId].flatMap((orgId): readonly RecordPut[] => [
        { kind: 'orgDomain', record: { ...domain, orgId }, created: false },
        { kind: 'member', record: { ...member, orgId }, created: false },
        {
          kind: 'client',
          record: { ...stamped, orgId, clientId: `${orgId} ${number}`, name: 'App', settings: {} },
          created: false,
        },
      ]),
      { kind: 'accessToken', record: { ...token, userId: idOf(number % 50) }, created: false },
    ]
  }).flat()
}
