import type { Actor } from '../actor'
import type { Core } from '../core'
import { StorageUnavailableError } from '../errors/storage-unavailable-error'
import { allOf } from '../permissions/all-of'
import { requirePermission } from '../permissions/check-permission'
import { isIndexOf, type SearchExplanation } from '../storage/explain-search'
import type { RecordSearch } from '../storage/search'
import type { AskedCondition } from './compile-where'
import { isFoundByIndex } from './unindexed'

/** How one condition of a query is answered. */
export interface ConditionExplanation {
  /** Where in the query: `where.metadata.plan`. */
  readonly where: string
  /** The index, as the database names it, by which it finds what meets the condition; `undefined`: by looking at rows. */
  readonly index: string | undefined
  /**
   * Of a condition on metadata: `ready` and `building` as `metadataIndexes.list()` says of the index of that key,
   * `undeclared` where there is none. One that is ready need not be used: of several conditions the one that promises to
   * narrow most is begun with.
   */
  readonly metadataIndex?: 'ready' | 'building' | 'undeclared'
}

/** How a query would be answered now. */
export interface FindExplanation {
  /** In the order in which they stand in `where`, members of an object by name. */
  readonly conditions: readonly ConditionExplanation[]
  /** All indexes that the database goes by, whoever asked: what the caller may see and the order of the page ask too. */
  readonly indexes: readonly string[]
  /** What the database says of the statement, line by line: SQLite's `EXPLAIN QUERY PLAN`, Postgres' `EXPLAIN`. */
  readonly plan: readonly string[]
  /** The statement that finds the page; values stand apart from it. */
  readonly statement: string
}

/**
 * Explains a search instead of running it. Who owns an org must not learn from estimates what other orgs hold, so this
 * takes the permission to read the instance as well.
 *
 * @throws {@link PermissionDeniedError} without `iam.read`.
 * @throws {@link StorageUnavailableError} `failed` where it cannot be explained: on a replica, in a transaction, and by a
 * storage that knows no plans.
 */
export async function explainFind(
  core: Core,
  actor: Actor,
  asked: readonly AskedCondition[],
  plan: () => Promise<RecordSearch>,
): Promise<FindExplanation> {
  const [, search] = await allOf(requirePermission(core, actor, 'iam.read'), plan())
  if (core.explainSearch === undefined) {
    throw new StorageUnavailableError('failed', { detail: 'searches are not explained here' })
  }
  const explained = await core.explainSearch(search)
  return {
    conditions: asked.map((condition) => explainCondition(condition, explained)),
    indexes: [...new Set(explained.lookups.map(({ index }) => index))],
    plan: explained.plan,
    statement: explained.statement,
  }
}

function explainCondition(asked: AskedCondition, explained: SearchExplanation): ConditionExplanation {
  const { lookups, metadataIndexes } = explained
  if ('field' in asked) {
    return { where: asked.where, index: asked.isTurned ? undefined : lookupOf(asked.field, lookups)?.index }
  }
  const declared = metadataIndexes.find((index) => isIndexOf(index, asked.condition))
  const narrows = !asked.isTurned && declared?.narrows === true && isFoundByIndex(asked.condition.test)
  const lookup = narrows ? lookups.find(({ of }) => of === 'metadata') : undefined
  return { where: asked.where, index: lookup?.index, metadataIndex: declared?.state ?? 'undeclared' }
}

function lookupOf(field: string, lookups: SearchExplanation['lookups']) {
  if (field === 'memberships') return lookups.find(({ of }) => of === 'membership')
  return lookups.find(({ of, fields }) => of === 'record' && fields.includes(field))
}
