import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { type DirectoryError, type DirectoryErrorCode, isDirectoryError } from '../errors/directory-error'
import { InvalidInputError } from '../errors/invalid-input-error'
import { InvalidStateError } from '../errors/invalid-state-error'
import { heedSignal } from '../heed-signal'
import { parseInput, text } from '../input'
import type { DryRunOption } from '../rehearse'
import { importClient } from './import-client'
import { importEntries } from './import-entries'
import { importMember } from './import-member'
import { importOrg } from './import-org'
import { importRole } from './import-role'
import { importUser } from './import-user'
import { type Importing, type ImportMode, type LineOutcome, startImport } from './importing'
import { type ParsedLine, type ParsedLines, parseLine } from './parse-line'
import type { PortableKind } from './portable-line'
import { type NumberedLine, readLines, type TextPieces } from './read-lines'

export interface ImportOptions extends DryRunOption {
  /**
   * What becomes of what is there already and is not just as its line says: `create` refuses the line, `skip` leaves it, and
   * `overwrite` makes it what the line says. Default `create`.
   */
  readonly mode?: ImportMode
  /** Told after each window of lines what became of them. It is waited for, and what it throws ends the import. */
  readonly onProgress?: (progress: ImportProgress) => unknown
  /** The newest `resumeFrom` that `onProgress` was told: lines up to there are read and left alone. */
  readonly resumeFrom?: number | undefined
  /** Stands in every event. Default `import`. */
  readonly reason?: string
  /** Ends it between two windows of lines, with the signal's reason. What was brought in until then stays. */
  readonly signal?: AbortSignal | undefined
}

/** What became of one line. */
export interface ImportedLine {
  /** The first one is 1. */
  readonly line: number
  /** Absent where the line does not say, or cannot be read. */
  readonly kind?: PortableKind
  readonly id?: string
  readonly outcome: LineOutcome | 'failed'
  /** Of a line that failed. */
  readonly code?: DirectoryErrorCode
  /** For people; what it names as `path` in front. */
  readonly problem?: string
}

type Counts = Readonly<Record<LineOutcome | 'failed', number>>

export interface ImportProgress extends Counts {
  readonly rows: readonly ImportedLine[]
  /** Number of the last line that was done. */
  readonly resumeFrom: number
}

export interface Imported extends Counts {
  /** Whether the file had its end: without it the rest was cut off. */
  readonly complete: boolean
  /** The first 100 lines that failed. */
  readonly failures: readonly ImportedLine[]
}

const Options = v.strictObject({
  mode: v.optional(v.picklist(['create', 'skip', 'overwrite'], 'must be create, skip or overwrite'), 'create'),
  onProgress: v.optional(v.function('must be a function')),
  resumeFrom: v.optional(
    v.pipe(
      v.number('must be the number of a line'),
      v.safeInteger('must be the number of a line'),
      v.minValue(0, 'must be the number of a line'),
    ),
    0,
  ),
  reason: v.optional(text(0, 1000), 'import'),
  dryRun: v.optional(v.boolean('must be true or false'), false),
  signal: v.optional(v.unknown()),
})

/** Lines that are worked on together, and how much text they may be. */
const windowLines = 200
const windowLength = 8_388_608
/** Entries of one subject that are written in one commit. */
const entriesPerCommit = 100
const maxFailures = 100

/** A line that was read, or cannot be. */
interface ReadLine {
  readonly number: number
  readonly parsed?: ParsedLine
  readonly error?: DirectoryError
}

/** A subject and the entries behind it, which wait for it. */
type Block = readonly ReadLine[]

/**
 * Brings in what {@link exportDirectory} wrote, line by line: ids, what was created when, metadata. Each line is decided by
 * itself, and one that cannot be brought in leaves the others as they are. Doing it again changes nothing, whatever the mode.
 *
 * @throws {@link InvalidInputError} for an option that does not fit, and for text that does not begin as an export does.
 */
export async function importDirectory(given: Core, pieces: TextPieces, options: ImportOptions = {}): Promise<Imported> {
  const { mode, resumeFrom, reason, dryRun } = parseInput(Options, options)
  const heeding = heedSignal(given, options.signal)
  const actor: Actor = { type: 'system', reason }
  const start = startImport(given, actor, mode, dryRun)
  let defaultOrgId: string | undefined
  let complete = false
  const counts = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 }
  const failures: ImportedLine[] = []
  /** Whose entries are not brought in. */
  const refused = new Set<string>()
  let window: ReadLine[] = []
  let length = 0
  let begun = false
  /** Where it is resumed: the subject in front. */
  let before: ReadLine | undefined

  for await (const line of readLines(pieces)) {
    const read = readLine(line)
    const { parsed } = read
    if (!begun) requireHeader(read)
    begun = true
    if (parsed?.kind === 'instance') defaultOrgId = parsed.defaultOrgId
    if (parsed?.kind === 'end') complete = true
    if (parsed?.kind === 'header' || parsed?.kind === 'end') continue
    if (line.number <= resumeFrom) {
      if (parsed !== undefined && parsed.kind !== 'metadata') before = read
      continue
    }
    // Whether what it belongs to is there is found out again: it may have been refused.
    if (parsed?.kind === 'metadata' && before !== undefined && subjectOf(before.parsed) === subjectOf(parsed)) {
      window.push(before)
    }
    before = undefined
    const isFull = window.length >= windowLines || length + line.text.length > windowLength
    if (window.length > 0 && (isFull || rankOf(read, defaultOrgId) !== rankOf(window.at(-1)!, defaultOrgId)))
      await work()
    window.push(read)
    length += line.text.length
  }
  if (!begun) throw new InvalidInputError('lines', 'must begin with a header')
  if (window.length > 0) await work()
  return { ...counts, complete, failures }

  async function work() {
    heeding.heeded?.signal.throwIfAborted()
    const importing: Importing = { ...start, defaultOrgId }
    const rows = (await Promise.all(blocksOf(window).map((block) => importBlock(importing, block, refused)))).flat()
    for (const row of rows) counts[row.outcome] += 1
    failures.push(...rows.filter(({ outcome }) => outcome === 'failed').slice(0, maxFailures - failures.length))
    const last = window.at(-1)!
    // Only what was cut here goes on in the next window.
    const cut = subjectOf(last.parsed)
    const isRefused = cut !== undefined && refused.delete(cut)
    refused.clear()
    if (isRefused) refused.add(cut)
    window = []
    length = 0
    await options.onProgress?.({ ...counts, rows, resumeFrom: last.number })
  }
}

function readLine({ number, text, error }: NumberedLine): ReadLine {
  if (error !== undefined) return { number, error }
  try {
    return { number, parsed: parseLine(text) }
  } catch (error) {
    if (!isDirectoryError(error)) throw error
    return { number, error }
  }
}

/** @throws {@link InvalidInputError} unless it is one: whatever else it is, the rest would be garbage too. */
function requireHeader({ parsed, error }: ReadLine): void {
  if (parsed?.kind === 'header') return
  throw new InvalidInputError('lines', `must begin with a header${error === undefined ? '' : `: ${error.message}`}`)
}

/** Lines of one rank may be brought in at the same time: they are about nothing of each other. */
const ranks: Readonly<Record<PortableKind, number>> = {
  header: 0,
  instance: 1,
  role: 2,
  org: 3,
  user: 4,
  client: 5,
  member: 6,
  metadata: -1,
  end: 7,
}

/** Entries are of the rank of what they belong to, and what cannot be read of any. */
function rankOf({ parsed }: ReadLine, defaultOrgId: string | undefined): number {
  if (parsed === undefined) return 0
  // Alone, and before others: it takes the place of the one that is there as long as there are no others.
  if (parsed.kind === 'org' && parsed.orgId === defaultOrgId) return ranks.org - 0.5
  return parsed.kind === 'metadata' ? ranks[parsed.of.type] : ranks[parsed.kind]
}

const subjectOf = (parsed: ParsedLine | undefined): string | undefined =>
  parsed?.kind === 'metadata' ? `${parsed.of.type} ${parsed.of.id}` : parsed && `${parsed.kind} ${idOf(parsed)}`

function blocksOf(lines: readonly ReadLine[]): readonly Block[] {
  const blocks: ReadLine[][] = []
  // By subject, and not by place: what belongs together is done one after the other, wherever it stands.
  const open = new Map<string, ReadLine[]>()
  for (const line of lines) {
    const subject = subjectOf(line.parsed)
    const block = subject === undefined ? undefined : open.get(subject)
    if (block !== undefined) {
      block.push(line)
      continue
    }
    const begun = [line]
    blocks.push(begun)
    if (subject !== undefined) open.set(subject, begun)
  }
  return blocks
}

async function importBlock(importing: Importing, block: Block, refused: Set<string>): Promise<readonly ImportedLine[]> {
  const rows: ImportedLine[] = []
  let entries: { readonly line: ReadLine; readonly parsed: ParsedLines['metadata'] }[] = []
  const put = async () => {
    if (entries.length === 0) return
    const batch = entries
    entries = []
    const outcomes = await importEntries(
      importing,
      batch.map(({ parsed }) => parsed),
    )
    for (const [index, { line }] of batch.entries()) rows.push(rowOf(line, outcomes[index]!))
  }
  for (const line of block) {
    const { parsed, error } = line
    if (parsed === undefined) {
      if (error !== undefined) rows.push(rowOf(line, error))
      continue
    }
    if (parsed.kind === 'metadata') {
      if (refused.has(subjectOf(parsed)!)) {
        rows.push(rowOf(line, new InvalidInputError('of', 'was not brought in')))
        continue
      }
      entries.push({ line, parsed })
      if (entries.length >= entriesPerCommit) await put()
      continue
    }
    await put()
    const outcome = await importLine(importing, parsed)
    if (isDirectoryError(outcome)) refused.add(subjectOf(parsed)!)
    rows.push(rowOf(line, outcome))
  }
  await put()
  return rows
}

async function importLine(importing: Importing, parsed: ParsedLine): Promise<LineOutcome | DirectoryError> {
  try {
    const outcome = await bring(importing, parsed)
    if (outcome === 'created') assume(importing, parsed)
    return outcome
  } catch (error) {
    if (!isDirectoryError(error) || error.code === 'storage_unavailable') throw error
    return error
  }
}

async function bring(importing: Importing, parsed: ParsedLine): Promise<LineOutcome> {
  switch (parsed.kind) {
    case 'instance':
      if (parsed.userLoginMustBeDomain !== importing.core.userLoginMustBeDomain) {
        throw new InvalidStateError('domain_policy_fixed')
      }
      return 'unchanged'
    case 'role':
      return importRole(importing, parsed)
    case 'org':
      return importOrg(importing, parsed)
    case 'user':
      return importUser(importing, parsed)
    case 'client':
      return importClient(importing, parsed)
    case 'member':
      return importMember(importing, parsed)
    default:
      throw new InvalidInputError('kind', 'cannot be here')
  }
}

function assume({ assume: of }: Importing, parsed: ParsedLine): void {
  const id = idOf(parsed)
  if (id === undefined || parsed.kind === 'member' || parsed.kind === 'metadata') return
  if (parsed.kind === 'role') of({ type: 'role', id }, '')
  else if (parsed.kind === 'org') of({ type: 'org', id }, id)
  else if (parsed.kind === 'user' || parsed.kind === 'client') of({ type: parsed.kind, id }, parsed.orgId ?? '')
}

function idOf(parsed: ParsedLine): string | undefined {
  switch (parsed.kind) {
    case 'role':
      return parsed.roleId
    case 'org':
      return parsed.orgId
    case 'user':
    case 'member':
      return parsed.userId
    case 'client':
      return parsed.clientId
    case 'metadata':
      return parsed.of.id
    default:
      return undefined
  }
}

function rowOf({ number, parsed }: ReadLine, outcome: LineOutcome | DirectoryError): ImportedLine {
  const id = parsed && idOf(parsed)
  const named = { line: number, ...(parsed && { kind: parsed.kind }), ...(id !== undefined && { id }) }
  if (!isDirectoryError(outcome)) return { ...named, outcome }
  return { ...named, outcome: 'failed', code: outcome.code, problem: outcome.message }
}
