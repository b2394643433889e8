import type {
  Filter,
  MemberQuery,
  MembershipCondition,
  MetadataCondition,
  TextMethod,
  UserField,
  ValueTest,
} from '@indwell/core'
import type { LargeOrg } from './large-org'

/** A search and the index that has to serve it. */
export interface ServedSearch {
  readonly name: string
  run(org: LargeOrg): Promise<unknown>
  readonly index: string
  /** The column up to which the index narrows what is read. */
  readonly by: string
  /** The index has the order as well: nothing is sorted that is not on the page. */
  readonly inOrder?: true
}

type UserFilter = Filter<UserField, MembershipCondition | MetadataCondition>

const text = (field: 'userName' | 'email', method: TextMethod, value: string, ignoreCase = false): UserFilter => ({
  op: 'text',
  field,
  method,
  value,
  ignoreCase,
})

/** As the faces ask: newest first unless told otherwise, with a count. */
const users =
  (query: { filter?: (org: LargeOrg) => UserFilter; sort?: UserField; ascending?: true; offset?: number } = {}) =>
  (org: LargeOrg) => {
    const { filter, sort = 'userId', ascending = false, offset = 0 } = query
    return org.acting.users.list({
      filter: { op: 'and', filters: filter === undefined ? [] : [filter(org)] },
      sort: [{ field: sort, descending: !ascending }],
      offset,
      count: true,
    })
  }

/** What stands behind an item in a list by time of creation, as Auth0's face asks for the next page. */
const behind = <Field extends string>(id: Field, createdAt: number, lastId: string) => {
  const since = (fromInclusive: boolean): Filter<'createdAt'> => ({
    op: 'range',
    field: 'createdAt',
    from: createdAt,
    fromInclusive,
    toInclusive: true,
  })
  const later: Filter<Field> = { op: 'range', field: id, from: lastId, fromInclusive: false, toInclusive: false }
  return { op: 'and', filters: [since(true), { op: 'or', filters: [since(false), later] }] } as const
}

const memberOf = (orgId: string): UserFilter => ({
  op: 'membership',
  of: { op: 'equals', field: 'orgId', value: orgId },
})

const humansBehind = (last: { readonly createdAt: number; readonly userId: string } | undefined): MemberQuery => ({
  filter: {
    op: 'and',
    filters: [
      { op: 'equals', field: 'user.type', value: 'human' },
      ...(last === undefined ? [] : [behind('userId', last.createdAt, last.userId)]),
    ],
  },
  sort: [{ field: 'createdAt', descending: false }],
  limit: 50,
})

const sorts = [
  { sort: 'userId', index: 'user_by_org' },
  { sort: 'userName', index: 'user_by_name' },
  { sort: 'email', index: 'user_by_email' },
  { sort: 'createdAt', index: 'user_by_creation' },
] as const

const texts = [
  { field: 'userName', index: 'user_by_name', by: 'user_name' },
  { field: 'email', index: 'user_by_email', by: 'email' },
] as const

const metadata = (path: readonly string[], test: ValueTest): MetadataCondition => ({
  op: 'metadata',
  namespace: 'app',
  path,
  test,
})
const code = (test: ValueTest) => metadata(['code'], test)
const codeText = (method: TextMethod, value: string, ignoreCase: boolean) =>
  code({ op: 'text', method, value, ignoreCase })
const seats = metadata(['limits', 'seats'], {
  op: 'range',
  from: 5000,
  to: 5100,
  fromInclusive: true,
  toInclusive: false,
})

const byMetadata: readonly (readonly [name: string, filter: UserFilter])[] = [
  ['equals', code({ op: 'equals', value: 'Code-770' })],
  ['equals ignoring case', codeText('equals', 'CODE-770', true)],
  ['starts with', codeText('starts-with', 'Code-77', false)],
  ['starts with ignoring case', codeText('starts-with', 'CODE-77', true)],
  ['is within a range of numbers', seats],
  [
    'equals one of several',
    { op: 'or', filters: ['Code-770', 'Code-780'].map((value) => code({ op: 'equals', value })) },
  ],
  [
    'equals, and what no index serves',
    {
      op: 'and',
      filters: [
        metadata(['plan'], { op: 'equals', value: 'pro' }),
        { op: 'not', filter: seats },
        code({ op: 'equals', value: 'Code-770' }),
      ],
    },
  ],
]

/** What indexes serve, of the searches that the faces and the host ask for. */
export const servedSearches: readonly ServedSearch[] = [
  ...sorts.flatMap(({ sort, index }) =>
    [0, 90_000].flatMap((offset): readonly ServedSearch[] => [
      {
        name: `users from ${offset} by ${sort}`,
        run: users({ sort, offset, ascending: true }),
        index,
        by: 'org_id',
        inOrder: true,
      },
      {
        name: `users from ${offset} by ${sort}, descending`,
        run: users({ sort, offset }),
        index,
        by: 'org_id',
        inOrder: true,
      },
    ]),
  ),
  ...texts.flatMap(({ field, index, by }) =>
    (['userId', 'userName', 'createdAt'] as const).flatMap((sort): readonly ServedSearch[] => [
      {
        name: `users whose ${field} equals, by ${sort}`,
        run: users({ sort, filter: (org) => text(field, 'equals', org[field]) }),
        index,
        by,
      },
      {
        name: `users whose ${field} starts with, by ${sort}`,
        run: users({ sort, filter: (org) => text(field, 'starts-with', org[field].slice(0, 9)) }),
        index,
        by,
      },
      {
        name: `users whose ${field} equals ignoring case, by ${sort}`,
        run: users({ sort, filter: (org) => text(field, 'equals', org[field].toUpperCase(), true) }),
        index: `${index}_folded`,
        by: `${by}_folded`,
      },
      {
        name: `users whose ${field} starts with ignoring case, by ${sort}`,
        run: users({ sort, filter: (org) => text(field, 'starts-with', org[field].slice(0, 9).toUpperCase(), true) }),
        index: `${index}_folded`,
        by: `${by}_folded`,
      },
    ]),
  ),
  ...(['userName', 'createdAt'] as const).flatMap((order) =>
    (['asc', 'desc'] as const).map(
      (direction): ServedSearch => ({
        name: `users behind a cursor by ${order}, ${direction}`,
        run: async ({ acting }) => {
          const query = { orderBy: order === 'userName' ? { userName: direction } : { createdAt: direction } }
          return acting.users.find({ ...query, after: (await acting.users.find({ ...query, limit: 50 })).next })
        },
        index: order === 'userName' ? 'user_by_name' : 'user_by_creation',
        by: 'org_id',
        inOrder: true,
      }),
    ),
  ),
  {
    name: 'users found by metadata in a where',
    run: ({ acting }) =>
      acting.users.find({ where: { metadata: { code: { prefix: 'Code-77' } }, not: { state: 'locked' } } }),
    index: 'indexed_value_by_value',
    by: 'value',
  },
  {
    name: 'users found by a list of values in metadata',
    run: ({ acting }) =>
      acting.users.find({ where: { metadata: { code: { in: ['Code-770', 'Code-780', 5, true] } } } }),
    index: 'indexed_value_by_value',
    by: 'value',
  },
  {
    name: 'users of any org who have one of several names',
    run: ({ everywhere, userName }) => everywhere.users.find({ where: { userName: { in: [userName, 'nobody'] } } }),
    index: 'user_by_name_folded',
    by: 'user_name_folded',
  },
  {
    name: 'users who have one name or another',
    run: users({
      filter: ({ userName }) => ({
        op: 'or',
        filters: [userName, 'nobody', 'none'].map((value) => ({ op: 'equals', field: 'userName', value })),
      }),
    }),
    index: 'user_by_name',
    by: 'user_name',
  },
  {
    name: 'users found by a role that they hold in an org',
    run: ({ everywhere }) =>
      everywhere.users.find({ where: { memberships: { some: { orgId: 'org-7', roles: { has: 'ORG_OWNER' } } } } }),
    index: 'key',
    by: 'user_id',
  },
  {
    name: 'members of an org behind a cursor',
    run: async ({ acting }) => {
      const { find } = acting.orgs.members()
      return find({ after: (await find({ limit: 50 })).next })
    },
    index: 'key',
    by: 'org_id',
    inOrder: true,
  },
  {
    name: 'clients of an org behind a cursor',
    run: async ({ acting }) => {
      const { find } = acting.clients
      return find({ after: (await find({ limit: 1 })).next })
    },
    index: 'client_by_org',
    by: 'org_id',
    inOrder: true,
  },
  {
    name: 'orgs behind a cursor by name',
    run: async ({ everywhere }) => {
      const query = { orderBy: { name: 'asc' }, limit: 50 } as const
      return everywhere.orgs.find({ ...query, after: (await everywhere.orgs.find(query)).next })
    },
    index: 'org_by_name',
    by: 'instance_id',
    inOrder: true,
  },
  {
    name: 'users of several addresses',
    run: users({ filter: ({ email }) => ({ op: 'in', field: 'email', values: [email, 'nobody@example.com'] }) }),
    index: 'user_by_email',
    by: 'email',
  },
  {
    name: 'users of several ids',
    run: users({ filter: ({ userId }) => ({ op: 'in', field: 'userId', values: [userId, 'nobody'] }) }),
    index: 'user_by_org',
    by: 'user_id',
  },
  ...byMetadata.flatMap(([name, filter]): readonly ServedSearch[] => [
    {
      name: `users whose metadata ${name}`,
      run: users({ sort: 'createdAt', filter: () => filter }),
      index: 'indexed_value_by_value',
      by: 'value',
    },
    {
      name: `users of all orgs whose metadata ${name}`,
      run: ({ everywhere }) => everywhere.users.list({ filter, count: true }),
      index: 'indexed_value_by_value',
      by: 'value',
    },
  ]),
  {
    name: 'orgs whose metadata equals, by name',
    run: ({ everywhere }) =>
      everywhere.orgs.list({
        filter: { op: 'metadata', namespace: 'org', path: ['code'], test: { op: 'equals', value: 'Code-7' } },
        sort: [{ field: 'name', descending: false }],
        count: true,
      }),
    index: 'indexed_value_by_value',
    by: 'value',
  },
  {
    name: 'clients of an org whose metadata equals',
    run: ({ acting }) =>
      acting.clients.list({
        filter: { op: 'metadata', namespace: 'client', path: ['code'], test: { op: 'equals', value: 'Code-7' } },
        count: true,
      }),
    index: 'indexed_value_by_value',
    by: 'value',
  },
  {
    name: 'users whose metadata exists',
    run: users({ filter: () => metadata(['vip'], { op: 'exists' }) }),
    index: 'indexed_value_by_value',
    by: 'index_number',
  },
  {
    name: 'users created at some time',
    run: users({
      filter: () => ({ op: 'range', field: 'createdAt', from: 5000, to: 5010, fromInclusive: true, toInclusive: true }),
    }),
    index: 'user_by_creation',
    by: 'created_at',
  },
  {
    name: 'a user of any org by its login name',
    run: ({ everywhere, userName }) =>
      everywhere.users.list({ filter: text('userName', 'equals', userName.toLowerCase(), true), limit: 1 }),
    index: 'user_by_name_folded',
    by: 'user_name_folded',
  },
  {
    name: 'users of any org with an address',
    run: ({ everywhere, email }) =>
      everywhere.users.list({
        filter: {
          op: 'and',
          filters: [
            { op: 'equals', field: 'type', value: 'human' },
            { op: 'equals', field: 'email', value: email },
          ],
        },
        sort: [{ field: 'createdAt', descending: false }],
        limit: 1000,
      }),
    index: 'user_by_email_folded',
    by: 'email_folded',
  },
  {
    name: 'users of all orgs',
    run: ({ everywhere }) => everywhere.users.list(),
    index: 'key',
    by: 'instance_id',
    inOrder: true,
  },
  {
    name: 'entries of a user by key',
    run: ({ acting, userId }) =>
      acting.users.metadata(userId).list({
        filter: { op: 'text', field: 'key', method: 'equals', value: 'plan', ignoreCase: false },
        count: true,
      }),
    index: 'key',
    by: 'key',
  },
  {
    name: 'entries of a user by the start of the key',
    run: ({ acting, userId }) =>
      acting.users.metadata(userId).list({
        filter: { op: 'text', field: 'key', method: 'starts-with', value: 'pl', ignoreCase: false },
        count: true,
      }),
    index: 'key',
    by: 'key',
  },
  {
    name: 'users that carry a key of metadata',
    run: ({ acting }) =>
      acting.users.list({ filter: { op: 'metadata', namespace: 'app', path: ['plan'], test: { op: 'exists' } } }),
    index: 'key',
    by: 'subject_type',
    inOrder: true,
  },
  {
    name: 'members of an org',
    run: ({ acting }) => acting.orgs.members().list({ count: true }),
    index: 'key',
    by: 'org_id',
    inOrder: true,
  },
  {
    name: 'humans among the members of an org, in the order in which they came',
    run: ({ acting }) => acting.orgs.members().list(humansBehind(undefined)),
    index: 'member_by_creation',
    by: 'org_id',
    inOrder: true,
  },
  {
    name: 'members of an org who hold a role',
    run: ({ acting }) =>
      acting.orgs.members().list({ filter: { op: 'holds', field: 'roles', value: 'ORG_OWNER' }, count: true }),
    index: 'key',
    by: 'org_id',
    inOrder: true,
  },
  {
    name: 'the same behind one of them',
    run: ({ acting, userId }) => acting.orgs.members().list(humansBehind({ createdAt: 1, userId })),
    index: 'member_by_creation',
    by: 'created_at',
    inOrder: true,
  },
  {
    name: 'orgs in the order in which they came, behind one of them',
    run: ({ everywhere }) =>
      everywhere.orgs.list({
        filter: behind('orgId', 1, 'org-1000'),
        sort: [{ field: 'createdAt', descending: false }],
        limit: 50,
      }),
    index: 'org_by_creation',
    by: 'created_at',
    inOrder: true,
  },
  {
    name: 'members of an org whose user has an address',
    run: ({ acting, email }) =>
      acting.orgs.members().list({ filter: { op: 'equals', field: 'user.email', value: email }, count: true }),
    index: 'key',
    by: 'user_id',
  },
  {
    name: 'users of any org who are members of one',
    run: ({ everywhere }) =>
      everywhere.users.list({
        filter: { op: 'and', filters: [{ op: 'equals', field: 'type', value: 'human' }, memberOf('org-7')] },
        count: true,
      }),
    index: 'key',
    by: 'user_id',
  },
  {
    name: 'users of an org who are members of another, as they were created',
    run: ({ everywhere, orgId }) =>
      everywhere.users.list({
        filter: { op: 'and', filters: [{ op: 'equals', field: 'orgId', value: orgId }, memberOf('org-7')] },
        sort: [{ field: 'createdAt', descending: true }],
        count: true,
      }),
    index: 'user_by_org',
    by: 'user_id',
  },
  {
    name: 'memberships of a user',
    run: ({ acting, userId }) => acting.users.memberships(userId),
    index: 'member_by_user',
    by: 'user_id',
  },
  {
    name: 'what a user may do',
    run: ({ member }) => member.checkPermission('user.write'),
    index: 'key',
    by: 'user_id',
  },
  {
    name: 'what happened to a user',
    run: ({ acting, userId }) => acting.events({ subject: { type: 'user', id: userId }, descending: true, limit: 50 }),
    index: 'event_by_aggregate_type_aggregate_id_sequence',
    by: 'aggregate_id',
  },
  {
    name: 'what happened to a user, of all there is in the log',
    run: ({ everywhere, userId }) =>
      everywhere.events({ subjectTypes: ['user'], subjectId: userId, types: ['user.removed'], descending: true }),
    index: 'event_by_aggregate_type_aggregate_id_sequence',
    by: 'aggregate_id',
  },
  {
    name: 'tokens of a user',
    run: ({ acting, userId }) => acting.users.accessTokens(userId).list({ count: true }),
    index: 'key',
    by: 'user_id',
  },
  {
    name: 'domains of an org',
    run: ({ acting }) => acting.orgs.domains().list({ count: true }),
    index: 'key',
    by: 'org_id',
    inOrder: true,
  },
  {
    name: 'clients of an org',
    run: ({ acting }) => acting.clients.list({ count: true }),
    index: 'client_by_org',
    by: 'org_id',
    inOrder: true,
  },
  {
    name: 'orgs in the order of their names',
    run: ({ everywhere }) => everywhere.orgs.list({ sort: [{ field: 'name', descending: false }] }),
    index: 'org_by_name',
    by: 'instance_id',
    inOrder: true,
  },
  {
    name: 'orgs whose name starts with',
    run: ({ everywhere }) =>
      everywhere.orgs.list({
        filter: { op: 'text', field: 'name', method: 'starts-with', value: 'Org 17', ignoreCase: false },
      }),
    index: 'org_by_name',
    by: 'name',
  },
  {
    name: 'orgs whose name equals ignoring case',
    run: ({ everywhere }) =>
      everywhere.orgs.list({
        filter: { op: 'text', field: 'name', method: 'equals', value: 'ORG 17', ignoreCase: true },
      }),
    index: 'org_by_name_folded',
    by: 'name_folded',
  },
]

const anyText = (field: UserField, method: TextMethod): UserFilter => ({
  op: 'text',
  field,
  method,
  value: '1@Ex',
  ignoreCase: true,
})

/** What no index serves: they look at every user of the org. */
export const scannedSearches: readonly Pick<ServedSearch, 'name' | 'run'>[] = [
  { name: 'users whose email contains', run: users({ filter: () => anyText('email', 'contains') }) },
  { name: 'users whose userName ends with', run: users({ filter: () => anyText('userName', 'ends-with') }) },
  { name: 'users whose lastName starts with', run: users({ filter: () => anyText('lastName', 'starts-with') }) },
  { name: 'users by lastName', run: users({ sort: 'lastName' }) },
]
