import type { Actor } from '../actor'
import type { CommitDraft } from '../commit-draft'
import type { Core, Plan } from '../core'
import { AlreadyExistsError, type TakenSubject } from '../errors/already-exists-error'
import { writerOf } from '../rehearse'
import type { AggregateKey, AggregateRecord, AggregateType } from '../storage/records'

/**
 * What an import does with what is there already and is not just as a line says: `create` refuses the line, `skip` leaves it
 * as it is, `overwrite` makes it what the line says.
 */
export type ImportMode = 'create' | 'skip' | 'overwrite'

export type LineOutcome = 'created' | 'updated' | 'unchanged' | 'skipped'

/** What the lines of one import share. */
export interface Importing {
  readonly core: Core
  readonly actor: Actor
  readonly mode: ImportMode
  readonly dryRun: boolean
  /** Of the file. */
  readonly defaultOrgId: string | undefined
  write(plan: (draft: CommitDraft) => Promise<Plan<LineOutcome>>): Promise<LineOutcome>
  /** In a dry run: of what a line would have created, as if it was there. */
  assume(key: AggregateKey, owner: string): void
}

export function startImport(
  given: Core,
  actor: Actor,
  mode: ImportMode,
  dryRun: boolean,
): Omit<Importing, 'defaultOrgId'> {
  const assumed = new Map<string, AggregateRecord>()
  const core: Core = dryRun ? { ...given, read: readAssuming(given, assumed) } : given
  const write = writerOf(core, { dryRun })
  return {
    core,
    actor,
    mode,
    dryRun,
    write: (plan) => write(actor, plan),
    assume({ type, id }, owner) {
      if (!dryRun) return
      const record = { type, id, owner, sequence: '1', revision: 1, live: true, changedAt: given.now() }
      assumed.set(`${type} ${id}`, record)
    },
  }
}

function readAssuming(core: Core, assumed: ReadonlyMap<string, AggregateRecord>): Core['read'] {
  const read: Core['read'] = async (question) => {
    const found = await core.read(question)
    if (question.read !== 'aggregate' || (found as AggregateRecord | undefined)?.live) return found
    return (assumed.get(`${question.key.type} ${question.key.id}`) ?? found) as typeof found
  }
  return read
}

export const readAggregate = (core: Core, type: AggregateType, id: string) =>
  core.read({ read: 'aggregate', key: { type, id } })

/** What becomes of a line about something that is there: `undefined` where it has to be made what the line says. */
export function outcomeOfExisting(mode: ImportMode, isSame: boolean, subject: TakenSubject): LineOutcome | undefined {
  if (isSame) return 'unchanged'
  if (mode === 'create') throw new AlreadyExistsError(subject)
  return mode === 'skip' ? 'skipped' : undefined
}

/** Whether the members of `given` are those of what is stored, whatever the order of theirs. */
export function holdsMembers(stored: object, given: object): boolean {
  const held = new Map<string, unknown>(Object.entries(stored))
  return Object.entries(given).every(([name, value]) => spelled(held.get(name)) === spelled(value))
}

function spelled(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? // As pairs: an object would make `__proto__` something else.
        Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))
      : member,
  )
}
