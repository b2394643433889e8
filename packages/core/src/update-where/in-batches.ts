import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { Actor } from '../actor'
import type { CommitDraft } from '../commit-draft'
import type { Core, Plan } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { ContentionError } from '../errors/contention-error'
import { InvalidInputError } from '../errors/invalid-input-error'
import { heedSignal } from '../heed-signal'
import { answerKeyOf, describeRequest } from '../idempotency/idempotency-key'
import { runOnce } from '../idempotency/run-once'
import type { MetadataSubjectType } from '../metadata/metadata'
import { subjectPermissions } from '../metadata/metadata-subject'
import { scopeOf } from '../permissions/permission-scope'
import { writerOf } from '../rehearse'
import { draftRows } from './draft-rows'
import { readMatching } from './matching-ids'
import type { ParsedUpdateWhere } from './update-where'
import type { UpdatedRow, UpdatedWhere } from './where-change'

const defaultBatchSize = 100
const maxFailures = 100
/** Of a batch whose claims others took while it was decided. */
const maxAttempts = 5

/** What `resumeFrom` says. */
const Place = v.strictObject({
  /** Of what is asked and done. */
  print: v.string(),
  /** Names the run: its batches are done once under it. */
  run: v.string(),
  /** When it was told. */
  at: v.number(),
  after: v.nullable(v.string()),
  changed: v.number(),
  unchanged: v.number(),
  failed: v.number(),
})
type Place = v.InferOutput<typeof Place>

interface Batch {
  readonly rows: readonly UpdatedRow[]
  /** `null`: there are no more. */
  readonly last: string | null
}

/** Goes through all rows in the order of their ids, one commit after the other. @throws as `updateWhere`. */
export async function updateInBatches(
  core: Core,
  actor: Actor,
  kind: MetadataSubjectType,
  asked: ParsedUpdateWhere,
): Promise<UpdatedWhere> {
  const { options, filter, change } = asked
  const request = describeRequest(`${kind}.updateWhere`, [filter, change.members, change.metadata])
  const print = createHash('sha256').update(request).digest('base64url').slice(0, 22)
  const run = Buffer.from(core.randomBytes(16)).toString('base64url')
  let place: Place = { print, run, at: core.now(), after: null, changed: 0, unchanged: 0, failed: 0 }
  if (options.resumeFrom !== undefined) place = placeOf(core, options.resumeFrom, print)
  const failures: UpdatedRow[] = []
  await scopeOf(core, actor, subjectPermissions[kind].write, { self: true })
  await tell([], true)
  for (let isDone = false; !isDone; ) {
    core.heeded?.signal.throwIfAborted()
    const { rows, last } = await commitBatch(core, actor, kind, asked, place, request)
    const tally = tallyOf(rows)
    failures.push(...tally.failures.slice(0, maxFailures - failures.length))
    isDone = last === null
    place = {
      ...place,
      at: core.now(),
      after: last,
      changed: place.changed + tally.changed,
      unchanged: place.unchanged + tally.unchanged,
      failed: place.failed + tally.failed,
    }
    await tell(rows, !isDone)
  }
  return { ...countsOf(place), failures }

  async function tell(rows: readonly UpdatedRow[], goesOn: boolean) {
    await options.onProgress?.({ ...countsOf(place), rows, ...(goesOn && { resumeFrom: textOf(place) }) })
  }
}

/** Of a run under its name each place is begun once, however often it is resumed. */
async function commitBatch(
  core: Core,
  actor: Actor,
  kind: MetadataSubjectType,
  asked: ParsedUpdateWhere,
  { run, after }: Place,
  request: string,
): Promise<Batch> {
  const { options } = asked
  let size = options.batchSize ?? defaultBatchSize
  for (let attempt = 1; ; attempt += 1) {
    const work = (keyed: Core) =>
      writerOf(keyed, options)(actor, (draft) => planBatch(keyed, actor, kind, asked, after ?? undefined, size, draft))
    try {
      // A signal is heeded until something is stored: anew for each batch.
      const heeding = heedSignal(core, undefined)
      if (options.dryRun) return await work(heeding)
      const key = answerKeyOf(core.instanceId, actor, run, request, JSON.stringify([after]))
      return await runOnce(heeding, actor, key, work)
    } catch (error) {
      const isTaken = error instanceof AlreadyExistsError
      if (attempt === maxAttempts || !(isTaken || (error instanceof ContentionError && size > 1))) throw error
      // Of fewer rows it is likelier that nobody writes to one of them meanwhile.
      size = Math.ceil(size / 4)
    }
  }
}

async function planBatch(
  core: Core,
  actor: Actor,
  kind: MetadataSubjectType,
  { filter, change }: ParsedUpdateWhere,
  after: string | undefined,
  size: number,
  draft: CommitDraft,
): Promise<Plan<Batch>> {
  const { ids, numbers, last } = await readMatching(core, actor, kind, filter, after, size)
  const drafted = await draftRows(core, actor, draft, ids, numbers, change)
  const batch = { rows: drafted.map(({ row }) => row), last: last ?? null }
  return draft.hasEvents ? { draft, answer: () => batch } : { answer: batch }
}

/** How many rows came to what, and those that failed. */
export function tallyOf(rows: readonly UpdatedRow[]): UpdatedWhere {
  const of = (outcome: UpdatedRow['outcome']) => rows.filter((row) => row.outcome === outcome)
  const failures = of('failed')
  return {
    matched: rows.length,
    changed: of('changed').length,
    unchanged: of('unchanged').length,
    failed: failures.length,
    failures,
  }
}

const countsOf = ({ changed, unchanged, failed }: Place) => ({
  matched: changed + unchanged + failed,
  changed,
  unchanged,
  failed,
})

const textOf = (place: Place) => Buffer.from(JSON.stringify(place)).toString('base64url')

function placeOf(core: Core, resumeFrom: string, print: string): Place {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(resumeFrom, 'base64url').toString())
  } catch {}
  const result = v.safeParse(Place, parsed)
  if (!result.success) throw new InvalidInputError('resumeFrom', 'is no place to go on from')
  if (result.output.print !== print) throw new InvalidInputError('resumeFrom', 'is of another question or change')
  if (core.now() - result.output.at >= core.idempotencyWindowMs) {
    throw new InvalidInputError('resumeFrom', 'is too old to know what was done')
  }
  return result.output
}
