import { AlreadyExistsError } from '../errors/already-exists-error'
import { type DirectoryError, isDirectoryError } from '../errors/directory-error'
import { InvalidInputError } from '../errors/invalid-input-error'
import { NotFoundError } from '../errors/not-found-error'
import type { JsonValue } from '../json'
import { draftMetadata, parseMetadataChange } from '../metadata/draft-metadata'
import { readForChange } from '../metadata/load-for-change'
import { isRemembered, isSystemOwn } from '../metadata/metadata'
import { type MetadataValue, sameValue } from '../metadata/metadata-input'
import { movesClaims, ruleChange } from '../metadata-definition/ruled-change'
import { everywhere } from '../permissions/permission-scope'
import { type Importing, type LineOutcome, readAggregate } from './importing'
import type { ParsedLines } from './parse-line'

type EntryLine = ParsedLines['metadata']

/**
 * Entries of one subject, in one commit where nothing refuses one of them. Each is held to what is defined of its key, as any
 * write is.
 */
export async function importEntries(
  importing: Importing,
  lines: readonly EntryLine[],
): Promise<readonly (LineOutcome | DirectoryError)[]> {
  try {
    return await importTogether(importing, lines)
  } catch (error) {
    if (!isDirectoryError(error) || error.code === 'storage_unavailable') throw error
    if (lines.length === 1) return [error]
  }
  const outcomes: (LineOutcome | DirectoryError)[] = []
  for (const line of lines) outcomes.push(...(await importEntries(importing, [line])))
  return outcomes
}

async function importTogether(
  { core, actor, mode, write }: Importing,
  lines: readonly EntryLine[],
): Promise<readonly (LineOutcome | DirectoryError)[]> {
  const { type, id } = lines[0]!.of
  const subject = { subjectType: type, subjectId: id } as const
  const named = new Map<string, EntryLine[]>()
  for (const line of lines) {
    if (isSystemOwn(line.namespace)) throw new InvalidInputError('namespace', 'cannot be imported')
    named.set(line.namespace, [...(named.get(line.namespace) ?? []), line])
  }
  const parsed = [...named].map(([namespace, of]) => {
    const set = of.flatMap((line) => (line.key === undefined ? [] : [[line.key, givenValue(line)] as const]))
    const change = parseMetadataChange(namespace, { set }, core.metadataRules?.of(type, namespace))
    return { namespace, change: { ...change, clear: set.length === 0 }, lines: of }
  })
  const outcomes = new Map<EntryLine, LineOutcome | DirectoryError>()
  await write(async (draft) => {
    const aggregate = await readAggregate(core, type, id)
    if (!aggregate?.live) throw new NotFoundError(type, id)
    const { owner, sequence } = aggregate
    const expect = parsed.some(({ change }) => change.clear) ? { sequence } : 'live'
    const drafted = draft.aggregate(
      { type, id },
      { owner, expect, revise: parsed.some(({ change }) => movesClaims(change)) },
    )
    for (const { namespace, change, lines: of } of parsed) {
      const stored = await readForChange(core, subject, namespace, change)
      const held = new Map(stored.filter((entry) => entry.namespace === namespace).map((entry) => [entry.key, entry]))
      const values = new Map(change.set)
      const wanted = new Set<string>()
      for (const line of of) {
        const { key } = line
        const value = key === undefined ? undefined : values.get(key)
        if (key === undefined || value === undefined) {
          // A namespace that holds nothing, or a key that its definition leaves out.
          const isNew = key === undefined && stored.length === 0 && isRemembered(namespace)
          outcomes.set(line, isNew ? 'created' : key === undefined ? 'unchanged' : 'skipped')
          continue
        }
        const before = held.get(key)
        const isSame = before !== undefined && sameValue(before.value, value)
        if (isSame) outcomes.set(line, 'unchanged')
        else if (before === undefined) outcomes.set(line, 'created')
        else if (mode === 'create') outcomes.set(line, new AlreadyExistsError('metadata', key))
        else outcomes.set(line, mode === 'skip' ? 'skipped' : 'updated')
        if (!isSame && (before === undefined || mode === 'overwrite')) wanted.add(key)
      }
      const clears = change.clear && stored.length === 0 && isRemembered(namespace)
      if (wanted.size === 0 && !clears) continue
      const made = { ...change, clear: clears, set: change.set.filter(([key]) => wanted.has(key)) }
      const ruled = await ruleChange(core, actor, Promise.resolve(everywhere), owner, subject, made, stored)
      draftMetadata(draft, drafted, subject, namespace, made, stored, ruled)
      for (const key of wanted) {
        draft.expectEntry({ ...subject, namespace, key }, held.get(key)?.sequence, drafted)
      }
    }
    return draft.hasEvents ? { draft, answer: () => 'created' } : { answer: 'unchanged' }
  })
  return lines.map((line) => outcomes.get(line)!)
}

function givenValue({ value, bytes }: EntryLine): MetadataValue {
  return bytes === undefined ? (value as JsonValue) : new Uint8Array(Buffer.from(bytes, 'base64'))
}
