import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { Expectation } from '../storage/commit'
import type { AggregateRecord, EntryRecord } from '../storage/records'
import { draftMetadata, type MetadataChange, type ParsedMetadataChange, parseMetadataChange } from './draft-metadata'
import { readForChange } from './load-for-change'
import type { MetadataSubject } from './metadata-subject'

/** Changes of several namespaces, applied with another change of the subject in one commit. */
export type MetadataChanges = Readonly<Record<string, MetadataChange>>

export type ParsedMetadataChanges = readonly (readonly [namespace: string, change: ParsedMetadataChange])[]

/** @throws as {@link parseMetadataChange}. */
export function parseMetadataChanges(changes: MetadataChanges | undefined): ParsedMetadataChanges {
  return Object.entries(changes ?? {}).map(([namespace, change]) => {
    if (typeof change !== 'object' || change === null)
      throw new InvalidInputError(`metadata.${namespace}`, 'must be an object')
    return [namespace, parseMetadataChange(namespace, change)]
  })
}

/** What the namespaces hold, in the order of `changes`. */
export function readForChanges(
  core: Core,
  subject: MetadataSubject,
  changes: ParsedMetadataChanges,
): Promise<readonly (readonly EntryRecord[])[]> {
  return Promise.all(changes.map(([namespace, change]) => readForChange(core, subject, namespace, change)))
}

/** Answers the keys that change, as `namespace.key`. */
export function draftMetadataChanges(
  draft: CommitDraft,
  aggregate: AggregateDraft,
  subject: MetadataSubject,
  changes: ParsedMetadataChanges,
  stored: readonly (readonly EntryRecord[])[],
): readonly string[] {
  return changes.flatMap(([namespace, change], index) =>
    draftMetadata(draft, aggregate, subject, namespace, change, stored[index] ?? []).map(
      (key) => `${namespace}.${key}`,
    ),
  )
}

/** What a commit has to expect: that nothing was added to what it clears, that no decision came between, or only life. */
export function expectationOf(
  aggregate: AggregateRecord,
  changes: ParsedMetadataChanges,
  decides: boolean,
): Expectation {
  if (changes.some(([, change]) => change.clear)) return { sequence: aggregate.sequence }
  return decides ? { revision: aggregate.revision } : 'live'
}
