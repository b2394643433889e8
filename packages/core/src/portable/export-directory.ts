import * as v from 'valibot'
import type { Core } from '../core'
import { isLost } from '../encryption/unreadable-value'
import { heedSignal, type SignalOption } from '../heed-signal'
import { isNamed } from '../history/subject-log'
import { parseInput } from '../input'
import { withoutRemovedRoles } from '../members/created-roles'
import { isRemembered, touchedNamespace } from '../metadata/metadata'
import { isExpired } from '../metadata-definition/expiry'
import type { EntryRecord, RecordMap } from '../storage/records'
import type { Filter, RecordSearch } from '../storage/search'
import { readIdentities } from '../users/draft-identities'
import { entryLine, lineOf, portableFormat, portableVersion } from './portable-line'

export interface ExportOptions extends SignalOption {
  /** Subjects that are read together, 1 to 1000. Default 100. */
  readonly pageSize?: number
}

const Options = v.strictObject({
  pageSize: v.optional(
    v.pipe(
      v.number('must be a count'),
      v.safeInteger('must be a count'),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(1000, 'must be at most 1000'),
    ),
    100,
  ),
  signal: v.optional(v.unknown()),
})

/** Subjects whose first entries are read together, and how many of each. */
const subjectsAtOnce = 20
const firstEntries = 10
/** Of a subject that has more. */
const moreEntries = 200

/**
 * Everything an instance holds, as lines of JSON, {@link PortableLines}: read page by page as they are asked for, so that
 * memory does not grow with it. No snapshot: what is written while it goes on may be in it or not, and what stands behind
 * the header's `position` in the feed is all of that.
 *
 * Not in it: access tokens, codes, proofs of domains, answers that are kept under keys, places of consumers, jobs of
 * Auth0's face, and the history.
 *
 * @throws {@link InvalidInputError} for a page of less than 1 or more than 1000.
 */
export async function* exportDirectory(given: Core, options: ExportOptions = {}): AsyncGenerator<string> {
  const { pageSize } = parseInput(Options, options)
  const core = heedSignal(given, options.signal)
  let lines = 0
  for await (const line of linesOf(core, pageSize)) {
    core.heeded?.signal.throwIfAborted()
    lines += 1
    yield line
  }
  yield lineOf('end', { lines, position: await newestPosition(core) })
}

async function* linesOf(core: Core, pageSize: number): AsyncGenerator<string> {
  const format = { format: portableFormat, version: portableVersion }
  const { instanceId } = core
  const position = await newestPosition(core)
  yield lineOf('header', { ...format, instanceId, exportedAt: core.now(), position })
  const instance = await core.read({ read: 'record', kind: 'instance', key: {} })
  const { defaultOrgId = '', userLoginMustBeDomain = false } = instance ?? {}
  yield lineOf('instance', { defaultOrgId, userLoginMustBeDomain })

  for await (const page of pagesOf(core, 'role', ['roleId'], pageSize)) {
    for (const role of page) yield lineOf('role', role)
  }
  // First, so that it can take the place of the one that an instance begins with.
  const first = await core.read({ read: 'record', kind: 'org', key: { orgId: defaultOrgId } })
  if (first !== undefined) yield* orgLines(core, [first])
  for await (const page of pagesOf(core, 'org', ['orgId'], pageSize)) {
    yield* orgLines(
      core,
      page.filter(({ orgId }) => orgId !== defaultOrgId),
    )
  }
  for await (const page of pagesOf(core, 'user', ['userId'], pageSize)) yield* userLines(core, page)
  for await (const page of pagesOf(core, 'client', ['clientId'], pageSize)) {
    const ids = page.map(({ clientId }) => clientId)
    yield* withEntries(
      core,
      'client',
      ids,
      page.map((client) => lineOf('client', client)),
    )
  }
  for await (const page of pagesOf(core, 'member', ['level', 'orgId', 'userId'], pageSize)) {
    for (const member of await withoutRemovedRoles(core, page)) yield lineOf('member', member)
  }
}

async function newestPosition(core: Core): Promise<string> {
  const [newest] = await core.readLog({ limit: 1, descending: true })
  return newest?.position ?? ''
}

async function* orgLines(core: Core, orgs: readonly RecordMap['org'][]): AsyncGenerator<string> {
  const ids = orgs.map(({ orgId }) => orgId)
  const domains = new Map<string, object[]>(ids.map((orgId) => [orgId, []]))
  if (ids.length > 0) {
    const among = { op: 'in', field: 'orgId', values: ids } as const
    for await (const page of pagesOf(core, 'orgDomain', ['orgId', 'domain'], 1000, among)) {
      for (const { orgId, domain, isVerified, isPrimary } of page) {
        domains.get(orgId)?.push({ domain, isVerified, isPrimary })
      }
    }
  }
  const lines = orgs.map(({ primaryDomain: _, ...org }) =>
    lineOf('org', org, { domains: domains.get(org.orgId) as never }),
  )
  yield* withEntries(core, 'org', ids, lines)
}

async function* userLines(core: Core, users: readonly RecordMap['user'][]): AsyncGenerator<string> {
  const linked = await Promise.all(users.map(({ userId }) => readIdentities(core, userId)))
  const lines = users.map((user, index) =>
    lineOf('user', user, linked[index]!.length > 0 ? { identities: linked[index] as never } : {}),
  )
  yield* withEntries(
    core,
    'user',
    users.map(({ userId }) => userId),
    lines,
  )
}

type Carrier = 'user' | 'org' | 'client'

/** Each line with the entries of its subject behind it. */
async function* withEntries(
  core: Core,
  subjectType: Carrier,
  ids: readonly string[],
  lines: readonly string[],
): AsyncGenerator<string> {
  const read = (subjectId: string, limit: number, last?: EntryRecord) =>
    core.read({
      read: 'entryPage',
      subject: { subjectType, subjectId },
      limit,
      ...(last && { after: { namespace: last.namespace, key: last.key } }),
    })
  let pages: readonly (readonly EntryRecord[])[] = []
  for (const [index, id] of ids.entries()) {
    const place = index % subjectsAtOnce
    if (place === 0) {
      pages = await Promise.all(ids.slice(index, index + subjectsAtOnce).map((one) => read(one, firstEntries)))
    }
    yield lines[index]!
    // Namespaces that were written, until an entry of them shows up.
    const touched = new Set<string>()
    let limit = firstEntries
    for (let page = pages[place]!; page.length > 0; ) {
      for (const entry of page) {
        if (entry.namespace === touchedNamespace && isRemembered(entry.key)) touched.add(entry.key)
        if (!isPortable(core, entry)) continue
        touched.delete(entry.namespace)
        yield entryLine(entry)
      }
      if (page.length < limit) break
      limit = moreEntries
      page = await read(id, limit, page.at(-1))
    }
    for (const namespace of [...touched].sort()) {
      yield lineOf('metadata', { of: { type: subjectType, id }, namespace, empty: true })
    }
  }
}

function isPortable(core: Core, entry: EntryRecord): boolean {
  const rules = core.metadataRules?.of(entry.subjectType as Carrier, entry.namespace)
  return isNamed(entry.namespace) && !(rules && isExpired(rules, entry, core.now())) && !isLost(entry.value)
}

type Kind = 'role' | 'org' | 'orgDomain' | 'user' | 'client' | 'member'

/** All records of a kind in the order of their key, each page behind the last record of the one before. */
async function* pagesOf<K extends Kind>(
  core: Core,
  kind: K,
  key: readonly (keyof RecordMap[K] & string)[],
  limit: number,
  among?: Filter,
): AsyncGenerator<readonly RecordMap[K][]> {
  for (let last: RecordMap[K] | undefined; ; ) {
    const filters = [...(among ? [among] : []), ...(last === undefined ? [] : [behind(key, last)])]
    const search = {
      kind,
      offset: 0,
      limit,
      count: false,
      sort: key.map((field) => ({ field, descending: false })),
      ...(filters.length > 0 && { filter: { op: 'and', filters } }),
    } as RecordSearch
    const { items } = (await core.search(search)) as { readonly items: readonly RecordMap[K][] }
    if (items.length > 0) yield items
    if (items.length < limit) return
    last = items.at(-1)
  }
}

/** Behind a record in the order of several members. */
function behind<Field extends string>([field, ...rest]: readonly Field[], last: object): Filter {
  const value = (last as Readonly<Record<string, string>>)[field!]!
  const beyond = (inclusive: boolean): Filter => ({
    op: 'range',
    field: field!,
    from: value,
    fromInclusive: inclusive,
    toInclusive: false,
  })
  if (rest.length === 0) return beyond(false)
  const same: Filter = { op: 'and', filters: [{ op: 'equals', field: field!, value }, behind(rest, last)] }
  return { op: 'and', filters: [beyond(true), { op: 'or', filters: [beyond(false), same] }] }
}
