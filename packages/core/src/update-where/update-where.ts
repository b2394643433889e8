import * as v from 'valibot'
import type { Actor } from '../actor'
import type { CommitDraft } from '../commit-draft'
import type { Core, Plan } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { type AskedCondition, type CompiledWhere, compileWhere } from '../find/compile-where'
import { heedUnindexed } from '../find/unindexed'
import type { Where } from '../find/where'
import { membersOf } from '../find/where-scalars'
import { parseInput, text } from '../input'
import type { MetadataSubjectType } from '../metadata/metadata'
import { subjectPermissions } from '../metadata/metadata-subject'
import { parseUpdate } from '../metadata-updates/parse-update'
import { scopeOf } from '../permissions/permission-scope'
import { writerOf } from '../rehearse'
import { draftRows, type RowsChange } from './draft-rows'
import { tallyOf, updateInBatches } from './in-batches'
import { readMatching } from './matching-ids'
import { parseMembers } from './parse-members'
import type { UpdatedRow, UpdatedWhere, UpdateWhereOptions, WhereChange } from './where-change'

/** Most rows that one commit changes. */
export const maxRowsPerCommit = 500

const Options = v.strictObject({
  mode: v.optional(v.picklist(['atomic', 'batches'], 'must be atomic or batches')),
  batchSize: v.optional(
    v.pipe(
      v.number('must be a count of rows'),
      v.safeInteger('must be a count of rows'),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(maxRowsPerCommit, `must be at most ${maxRowsPerCommit}`),
    ),
  ),
  onProgress: v.optional(v.function('must be a function')),
  resumeFrom: v.optional(v.string('must be text')),
  reason: v.optional(text(0, 1000)),
  dryRun: v.optional(v.boolean('must be true or false')),
  idempotencyKey: v.optional(v.unknown()),
  signal: v.optional(v.unknown()),
})

/** What is asked and what is to be done, checked. */
export interface ParsedUpdateWhere {
  readonly filter: CompiledWhere
  readonly change: RowsChange
  readonly options: UpdateWhereOptions
}

/**
 * Does one change to all that a question finds. Every row is decided by itself, as `update` and the verbs of metadata do, by
 * what is stored when it is written: a row that was written to since it was found is asked about and decided anew.
 *
 * @throws {@link InvalidInputError} naming the place in `where`, the member, key or option that does not fit; in `batches` for
 * an `idempotencyKey`, whose place `resumeFrom` takes there.
 * @throws {@link LimitExceededError} `update_where.rows` for more than 500 rows in `atomic`, with nothing stored.
 * @throws {@link PermissionDeniedError} without the permission to read and to write what is asked for.
 * @throws In `atomic` as `update` and the verbs of metadata, of the first row that cannot be changed.
 * @throws {@link ContentionError} when others kept changing the same rows.
 */
export async function updateWhere<K extends MetadataSubjectType>(
  core: Core,
  caller: Actor,
  kind: K,
  where: Where<K>,
  change: WhereChange<K>,
  options: UpdateWhereOptions = {},
): Promise<UpdatedWhere> {
  const { mode = 'atomic', reason, ...parsed } = parseInput(Options, options)
  const conditions: AskedCondition[] = []
  const filter = compileWhere(kind, where, conditions) as CompiledWhere
  heedUnindexed(kind, conditions, undefined, core.unindexed)
  const asked: ParsedUpdateWhere = {
    filter,
    change: parseChange(core, kind, change),
    options,
  }
  const actor: Actor = reason === undefined ? caller : { ...caller, reason }
  if (mode === 'batches') {
    if (options.idempotencyKey !== undefined || core.work !== undefined) {
      throw new InvalidInputError('idempotencyKey', 'does not go with batches: resumeFrom says what was done')
    }
    return updateInBatches(core, actor, kind, asked)
  }
  for (const name of ['batchSize', 'resumeFrom'] as const) {
    if (parsed[name] !== undefined) throw new InvalidInputError(name, 'goes with batches alone')
  }
  const rows = await writerOf(core, options)(actor, (draft) => planAll(core, actor, kind, asked, draft))
  const { failures: _, ...counts } = tallyOf(rows)
  await options.onProgress?.({ ...counts, rows })
  return { ...counts, failures: [] }
}

async function planAll(
  core: Core,
  actor: Actor,
  kind: MetadataSubjectType,
  { filter, change }: ParsedUpdateWhere,
  draft: CommitDraft,
): Promise<Plan<readonly UpdatedRow[]>> {
  await scopeOf(core, actor, subjectPermissions[kind].write, { self: true })
  const { ids, numbers } = await readMatching(core, actor, kind, filter, undefined, maxRowsPerCommit + 1)
  if (ids.length > maxRowsPerCommit) throw new LimitExceededError('update_where.rows', maxRowsPerCommit, ids.length)
  const drafted = await draftRows(core, actor, draft, ids, numbers, change)
  const failed = drafted.find(({ error }) => error !== undefined)
  if (failed?.error !== undefined) throw failed.error
  const rows = drafted.map(({ row }) => row)
  return draft.hasEvents ? { draft, answer: () => rows } : { answer: rows }
}

function parseChange(core: Core, kind: MetadataSubjectType, change: unknown): RowsChange {
  const given = new Map(membersOf(change, 'change'))
  const metadata = given.has('metadata') ? membersOf(given.get('metadata'), 'metadata') : []
  given.delete('metadata')
  const members = parseMembers(kind, Object.fromEntries(given))
  if (given.size === 0 && metadata.length === 0) throw new InvalidInputError('change', 'changes nothing')
  const updates = metadata.map(([namespace, update]) => {
    parseUpdate(namespace, update as object, undefined, core.metadataRules?.of(kind, namespace))
    return [namespace, update as object] as const
  })
  return { kind, members, hasMembers: given.size > 0, metadata: updates }
}
