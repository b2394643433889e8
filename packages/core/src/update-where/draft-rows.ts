import type { Actor } from '../actor'
import { updateClient } from '../clients/update-client'
import { CommitDraft } from '../commit-draft'
import type { Core, Plan } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { type DirectoryError, isDirectoryError } from '../errors/directory-error'
import { NotFoundError } from '../errors/not-found-error'
import type { MetadataSubjectType } from '../metadata/metadata'
import type { MetadataUpdate } from '../metadata-updates/metadata-update'
import { updateMetadata } from '../metadata-updates/update-metadata'
import { updateOrg } from '../orgs/update-org'
import { refuseCommit } from '../refuse-commit'
import type { AggregateRecord, Claim } from '../storage/records'
import { updateUser } from '../users/update-user'
import type { UpdatedRow } from './where-change'

/** A change whose members and verbs were checked once, for all rows. */
export interface RowsChange {
  readonly kind: MetadataSubjectType
  readonly members: object
  readonly hasMembers: boolean
  readonly metadata: readonly (readonly [namespace: string, update: MetadataUpdate])[]
}

export interface DraftedRow {
  readonly row: UpdatedRow
  /** Why it failed. */
  readonly error?: DirectoryError
}

/**
 * Drafts the change of each of `ids` into one commit, each as it is decided alone: what refuses one leaves the others as they
 * are. A row that was written to after `numbers` was read makes the commit stale.
 */
export async function draftRows(
  core: Core,
  actor: Actor,
  draft: CommitDraft,
  ids: readonly string[],
  numbers: ReadonlyMap<string, AggregateRecord>,
  change: RowsChange,
): Promise<readonly DraftedRow[]> {
  const drafted = await Promise.all(ids.map((id) => draftRow(core, actor, id, change)))
  const wanted = drafted.flatMap((row) => ('error' in row ? [] : [...row.drafts].flatMap((one) => [...one.taken])))
  const taken = new Set<string>()
  await Promise.all(
    wanted.map(async ({ type, value }) => {
      if ((await core.read({ read: 'claim', claim: { type, value } })) !== undefined)
        taken.add(claimName({ type, value }))
    }),
  )
  return drafted.flatMap((found, index): DraftedRow | readonly [] => {
    const id = ids[index]!
    if ('error' in found) return isGone(found.error, change.kind) ? [] : failedRow(id, found.error)
    const claims = found.drafts.flatMap((one) => [...one.taken])
    const refused = claims.find((claim) => taken.has(claimName(claim)))
    if (refused !== undefined) return failedRow(id, takenError(refused))
    for (const claim of claims) taken.add(claimName(claim))
    const { sequence, revision } = numbers.get(id)!
    for (const one of found.drafts) {
      draft.absorb(one, ({ key, expect }) =>
        key.type === change.kind && key.id === id ? { sequence, revision } : expect,
      )
    }
    const isChanged = found.drafts.some(({ hasEvents }) => hasEvents)
    return { row: { id, outcome: isChanged ? 'changed' : 'unchanged', changed: found.changed } }
  })
}

const claimName = ({ type, value }: Claim) => `${type}\n${value}`

/** Deleted since it was found: no row any more. */
const isGone = (error: DirectoryError, kind: MetadataSubjectType) =>
  error instanceof NotFoundError && error.subject === kind

function failedRow(id: string, error: DirectoryError): DraftedRow {
  return { row: { id, outcome: 'failed', changed: [], code: error.code, problem: error.message }, error }
}

function takenError(claim: Claim): DirectoryError {
  try {
    refuseCommit({ outcome: 'claim-taken', claim }, 0)
  } catch (error) {
    if (isDirectoryError(error)) return error
  }
  return new AlreadyExistsError('metadata')
}

type Drafted = { readonly drafts: readonly CommitDraft[]; readonly changed: readonly string[] }

async function draftRow(
  core: Core,
  actor: Actor,
  id: string,
  { kind, members, hasMembers, metadata }: RowsChange,
): Promise<Drafted | { readonly error: DirectoryError }> {
  const drafts: CommitDraft[] = []
  const drafting = draftingCore(core, drafts)
  try {
    const changed: string[] = []
    if (hasMembers) changed.push(...(await updateRecord[kind](drafting, actor, id, members)))
    for (const [namespace, update] of metadata) {
      const target = { subjectType: kind, subjectId: id } as const
      const written = await updateMetadata(drafting, actor, target, namespace, update)
      changed.push(...written.changed.map((key) => `${namespace}.${key}`))
    }
    return { drafts, changed }
  } catch (error) {
    // What the database cannot be asked for is no matter of one row.
    if (!isDirectoryError(error) || error.code === 'storage_unavailable') throw error
    return { error }
  }
}

const updateRecord: Readonly<
  Record<MetadataSubjectType, (core: Core, actor: Actor, id: string, members: object) => Promise<readonly string[]>>
> = {
  user: async (core, actor, id, members) => (await updateUser(core, actor, id, members)).changed,
  async org(core, actor, id, members) {
    await updateOrg(core, actor, id, members)
    return []
  },
  async client(core, actor, id, members) {
    await updateClient(core, actor, id, members)
    return []
  },
}

/** Gathers what use cases would write. They answer as if it was written, with numbers that are none. */
function draftingCore(core: Core, drafts: CommitDraft[]): Core {
  return {
    ...core,
    writeUnread: undefined,
    inTurn: (_, work) => work(),
    async write<T>(_: Actor, plan: (draft: CommitDraft) => Promise<Plan<T>>) {
      const planned = await plan(new CommitDraft())
      if (planned.draft === undefined) return planned.answer
      drafts.push(planned.draft)
      return planned.answer({ at: core.now(), sequenceOf: () => '0' })
    },
  }
}
