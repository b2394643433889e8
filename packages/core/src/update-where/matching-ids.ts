import type { Actor } from '../actor'
import { listClients } from '../clients/list-clients'
import type { Core } from '../core'
import type { CompiledWhere } from '../find/compile-where'
import { idFields } from '../find/found-fields'
import type { MetadataSubjectType } from '../metadata/metadata'
import { listOrgs } from '../orgs/list-orgs'
import type { AggregateRecord } from '../storage/records'
import type { RecordFilter } from '../storage/search'
import { planUsers } from '../users/list-users'

/** Rows that a question finds, with what numbers them: it holds for them as long as those numbers do. */
export interface Matching {
  readonly ids: readonly string[]
  readonly numbers: ReadonlyMap<string, AggregateRecord>
  /** The last id that was looked at; `undefined`: there are no more. */
  readonly last: string | undefined
}

/** The rows behind `after` in the order of ids, at most `limit`. */
export async function readMatching(
  core: Core,
  actor: Actor,
  kind: MetadataSubjectType,
  filter: CompiledWhere,
  after: string | undefined,
  limit: number,
): Promise<Matching> {
  const behind: CompiledWhere[] =
    after === undefined
      ? []
      : [{ op: 'range', field: idFields[kind], from: after, fromInclusive: false, toInclusive: false }]
  const found = await search[kind](core, actor, { op: 'and', filters: [filter, ...behind] }, limit)
  const last = found.length < limit ? undefined : found.at(-1)
  const read = await Promise.all(found.map((id) => core.read({ read: 'aggregate', key: { type: kind, id } })))
  const numbers = new Map(read.flatMap((one) => (one?.live ? [[one.id, one] as const] : [])))
  // Asked once more: what was written between the two questions may have changed the answer.
  const among = { op: 'in', field: idFields[kind], values: found } as const
  const ids = found.length === 0 ? [] : await search[kind](core, actor, { op: 'and', filters: [filter, among] }, limit)
  return { ids: ids.filter((id) => numbers.has(id)), numbers, last }
}

type SearchPage = (core: Core, actor: Actor, filter: CompiledWhere, limit: number) => Promise<readonly string[]>

const byId = <Field extends string>(field: Field) => [{ field, descending: false }]

const search: Readonly<Record<MetadataSubjectType, SearchPage>> = {
  async user(core, actor, filter, limit) {
    const page = { offset: 0, limit, count: false, sort: byId('userId') }
    const { search } = await planUsers(core, actor, filter as RecordFilter<'user'>, page)
    return (await core.search(search)).items.map(({ userId }) => userId)
  },
  async org(core, actor, filter, limit) {
    const page = { limit, filter: filter as RecordFilter<'org'>, sort: byId('orgId') }
    return (await listOrgs(core, actor, page)).items.map(({ orgId }) => orgId)
  },
  async client(core, actor, filter, limit) {
    const page = { limit, filter: filter as RecordFilter<'client'>, sort: byId('clientId') }
    return (await listClients(core, actor, page)).items.map(({ clientId }) => clientId)
  },
}
