import type { Actor } from '../actor'
import type { Core, Plan } from '../core'
import { VersionConflictError } from '../errors/version-conflict-error'
import { requireVersion } from '../expected-version'
import { answerUnchanged } from '../metadata/answer-unchanged'
import { draftMetadata, type ParsedMetadataChange } from '../metadata/draft-metadata'
import { type LoadedForChange, loadForChange } from '../metadata/load-for-change'
import {
  type MetadataSubject,
  type MetadataTarget,
  orgOfCall,
  permitSubject,
  subjectPermissions,
  userOf,
} from '../metadata/metadata-subject'
import { isExpired } from '../metadata-definition/expiry'
import { mayAccess, opensChange, opensReads, type Parties, partiesOf } from '../metadata-definition/metadata-access'
import type { NamespaceRules } from '../metadata-definition/metadata-rules'
import { movesClaims, ruleChange } from '../metadata-definition/ruled-change'
import type { Expectation } from '../storage/commit'
import type { EntryRecord } from '../storage/records'
import { MetadataDocument } from './metadata-document'
import type { MetadataUpdate, MetadataUpdated, MetadataWriteOptions } from './metadata-update'
import { absentKeys, keyVersions, type ParsedUpdate, parseUpdate } from './parse-update'
import { requireScope } from './require-scope'

/**
 * Changes one namespace of a subject by what it holds, all or nothing. What is written is based on what was read: when
 * others changed one of the keys in between, it is decided anew. Who changes other keys is not in the way, unless the
 * update is about the namespace as a whole.
 *
 * What goes by what is stored takes the permission to read it as well.
 *
 * @throws {@link InvalidInputError} for a key or value that cannot be kept, or that is not as it was defined.
 * @throws {@link InvalidStateError} `metadata_…` for what is stored and cannot be changed like that.
 * @throws {@link VersionConflictError} with the version there is, when `ifVersion`, `ifKeyVersion` or `ifAbsent` does not
 * hold; and where a key would get a name that is taken.
 * @throws {@link NotFoundError} when there is no such subject, or a key that has to be present is missing.
 * @throws {@link PermissionDeniedError}, {@link AlreadyExistsError}, {@link LimitExceededError} as `applyMetadata`.
 * @throws {@link ContentionError} when others kept changing the same.
 */
export async function updateMetadata(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  update: MetadataUpdate,
  options?: MetadataWriteOptions,
): Promise<MetadataUpdated> {
  const rules = core.metadataRules?.of(target.subjectType, namespace)
  const parsed = parseUpdate(namespace, update, options, rules)
  const { keys } = parsed
  const only = keys?.length === 1 ? keys[0] : undefined
  // Those of one process would only make each other begin anew.
  const turn = JSON.stringify(['metadata', target.subjectType, target.subjectId, namespace, only])
  return core.inTurn(turn, () =>
    core.write(actor, async (draft): Promise<Plan<MetadataUpdated>> => {
      const asked = askedOf(parsed)
      const own = core.metadataRules && opensChange(core.metadataRules, namespace, asked)
      const permitted = permitSubject(core, actor, target, namespace, 'write', own)
      const subject = target.subjectId === undefined ? await orgOfCall(core, permitted) : target
      const loaded = await loadForChange(core, permitted, subject, namespace, asked, options)
      if (parsed.reads) {
        const ownRead = core.metadataRules && opensReads(core.metadataRules, [namespace])
        const scope = await permitSubject(core, actor, target, namespace, 'read', ownRead)
        requireScope(scope, loaded.owner, userOf(subject), subject)
      }
      const present = loaded.stored.filter((entry) => entry.namespace === namespace)
      const parties = partiesOf(actor, await permitted, subject, loaded.owner)
      const now = core.now()
      const document = documentOf(present, subject, rules, parties, now)
      requireConditions(document, options)
      if (parsed.clears) {
        for (const { key } of present) if (!rules || mayAccess(rules, key, 'write', parties)) document.remove(key)
      }
      for (const step of parsed.steps) step(document)

      const change = changeOf(document, parsed, present, rules)
      const ruled = await ruleChange(core, actor, permitted, loaded.owner, subject, change, loaded.stored)
      const drafted = draft.aggregate(
        { type: subject.subjectType, id: subject.subjectId },
        { owner: loaded.owner, expect: expectationOf(loaded, parsed, options), revise: movesClaims(change) },
      )
      const changed = draftMetadata(draft, drafted, subject, namespace, change, loaded.stored, ruled)
      if (!draft.hasEvents) {
        const written = await answerUnchanged(core, permitted, loaded, subject, namespace)
        return { answer: { ...written, added: [], updated: [], removed: [] } }
      }
      for (const key of keys ?? []) {
        const entry = present.find((each) => each.key === key)
        draft.expectEntry({ ...subject, namespace, key }, entry?.sequence, drafted)
      }
      const before = new Map(present.map((entry) => [entry.key, entry]))
      const after = new Set(change.set.map(([key]) => key))
      const wasSet = (key: string) => {
        const entry = before.get(key)
        return entry !== undefined && !(rules && isExpired(rules, entry, now))
      }
      const [onlySet] = change.set.length === 1 && change.remove.length === 0 ? after : []
      const dated = onlySet === undefined ? loaded : wasSet(onlySet) ? before.get(onlySet) : undefined
      return {
        draft,
        answer: ({ at, sequenceOf }) => ({
          sequence: sequenceOf(drafted.index),
          createdAt: dated?.createdAt ?? at,
          changedAt: at,
          orgId: loaded.owner,
          changed,
          added: changed.filter((key) => after.has(key) && !wasSet(key)),
          updated: changed.filter((key) => after.has(key) && wasSet(key)),
          removed: changed.filter((key) => !after.has(key)),
        }),
      }
    }),
  )
}

/** What has to be read and permitted for an update. */
const askedOf = ({ keys }: ParsedUpdate): ParsedMetadataChange => ({
  set: [],
  remove: keys ?? [],
  clear: keys === undefined,
  requirePresent: false,
})

function documentOf(
  present: readonly EntryRecord[],
  { subjectType }: MetadataSubject,
  rules: NamespaceRules | undefined,
  parties: Parties,
  now: number,
): MetadataDocument {
  const lasting = rules === undefined ? present : present.filter((entry) => !isExpired(rules, entry, now))
  const isHidden = (key: string) => rules !== undefined && !mayAccess(rules, key, 'read', parties)
  const presets = [...(rules?.keys.values() ?? [])].flatMap(({ key, defaultValue }) =>
    defaultValue === undefined || isHidden(key) ? [] : [[key, defaultValue] as const],
  )
  return new MetadataDocument({
    found: lasting.map(({ key, value }) => [key, value]),
    defaults: presets,
    hidden: new Set(lasting.map(({ key }) => key).filter(isHidden)),
    versions: new Map(lasting.map(({ key, sequence }) => [key, sequence])),
    readPermission: subjectPermissions[subjectType].read,
  })
}

/** @throws {@link VersionConflictError} naming the key. */
function requireConditions(document: MetadataDocument, options: MetadataWriteOptions | undefined): void {
  for (const key of absentKeys(options)) {
    const current = document.versionOf(key)
    if (current !== undefined) throw new VersionConflictError(undefined, current, key)
  }
  for (const [key, expected] of Object.entries(keyVersions(options))) {
    const current = document.versionOf(key)
    if ((current ?? '0') !== expected) throw new VersionConflictError(expected, current, key)
  }
}

/** One event says that all is gone, where all goes. */
function changeOf(
  document: MetadataDocument,
  { clears }: ParsedUpdate,
  present: readonly EntryRecord[],
  rules: NamespaceRules | undefined,
): ParsedMetadataChange {
  const change = document.change(rules)
  const removed = new Set(change.remove)
  const isCleared = clears && change.set.length === 0 && present.every(({ key }) => removed.has(key))
  return isCleared ? { ...change, remove: [], clear: true } : change
}

/** What is about the namespace as a whole meets every other write of the subject, all else only those of its keys. */
function expectationOf(
  { aggregate }: LoadedForChange,
  { keys }: ParsedUpdate,
  options: MetadataWriteOptions | undefined,
): Expectation {
  if (aggregate === undefined) return 'live'
  return requireVersion(aggregate, options) ?? (keys === undefined ? { sequence: aggregate.sequence } : 'live')
}
