import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { opensChange } from '../metadata-definition/metadata-access'
import type { MetadataRules } from '../metadata-definition/metadata-rules'
import { movesClaims, type RuledChange, ruleChange } from '../metadata-definition/ruled-change'
import type { PermissionScope } from '../permissions/permission-scope'
import type { Expectation } from '../storage/commit'
import type { AggregateRecord, EntryRecord } from '../storage/records'
import { draftMetadata, type MetadataChange, type ParsedMetadataChange, parseMetadataChange } from './draft-metadata'
import { readForChange } from './load-for-change'
import type { MetadataSubjectType } from './metadata'
import { areOwn, type MetadataSubject } from './metadata-subject'

/** Changes of several namespaces, applied with another change of the subject in one commit. */
export type MetadataChanges = Readonly<Record<string, MetadataChange>>

export type ParsedMetadataChanges = readonly (readonly [namespace: string, change: ParsedMetadataChange])[]

/** @throws as {@link parseMetadataChange}. */
export function parseMetadataChanges(
  changes: MetadataChanges | undefined,
  rules: MetadataRules | undefined,
  subjectType: MetadataSubjectType,
): ParsedMetadataChanges {
  return Object.entries(changes ?? {}).map(([namespace, change]) => {
    if (typeof change !== 'object' || change === null)
      throw new InvalidInputError(`metadata.${namespace}`, 'must be an object')
    return [namespace, parseMetadataChange(namespace, change, rules?.of(subjectType, namespace))]
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

/** Whether users may make these changes of themselves, where a call lets them act on themselves. */
export const areOwnChanges = (core: Core, changes: ParsedMetadataChanges): boolean =>
  changes.every(([namespace, change]) =>
    core.metadataRules === undefined ? areOwn([namespace]) : opensChange(core.metadataRules, namespace, change),
  )

/** What defined namespaces add to the decision about each change. @throws as {@link ruleChange}. */
export function ruleChanges(
  core: Core,
  actor: Actor,
  permitted: Promise<PermissionScope>,
  owner: string,
  subject: MetadataSubject,
  changes: ParsedMetadataChanges,
  stored: readonly (readonly EntryRecord[])[],
): Promise<readonly (RuledChange | undefined)[]> {
  return Promise.all(
    changes.map(([, change], index) => ruleChange(core, actor, permitted, owner, subject, change, stored[index] ?? [])),
  )
}

/** See {@link movesClaims}. */
export const changesMoveClaims = (changes: ParsedMetadataChanges): boolean =>
  changes.some(([, change]) => movesClaims(change))

/** Answers the keys that change, as `namespace.key`. */
export function draftMetadataChanges(
  draft: CommitDraft,
  aggregate: AggregateDraft,
  subject: MetadataSubject,
  changes: ParsedMetadataChanges,
  stored: readonly (readonly EntryRecord[])[],
  ruled: readonly (RuledChange | undefined)[] | undefined,
): readonly string[] {
  return changes.flatMap(([namespace, change], index) =>
    draftMetadata(draft, aggregate, subject, namespace, change, stored[index] ?? [], ruled?.[index]).map(
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
