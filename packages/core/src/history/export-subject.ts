import { listAccessTokens } from '../access-tokens/list-access-tokens'
import type { Actor } from '../actor'
import type { Core } from '../core'
import type { JsonObject, JsonValue } from '../json'
import { listMetadata } from '../metadata/list-metadata'
import type { MetadataValue } from '../metadata/metadata-input'
import { maxPageSize } from '../paging'
import type { AggregateKey } from '../storage/records'
import type { Page } from '../storage/search'
import { getUser } from '../users/get-user'
import { listIdentities } from '../users/list-identities'
import { listMemberships } from '../users/list-memberships'
import { readUserAggregate } from '../users/load-user'
import { historyOf } from './read-history'
import { writtenNamespaces } from './subject-log'

/** One JSON object of an export. Bytes are `{ "bytes": base64 }` where a value would be. */
export type SubjectPart = JsonObject & {
  readonly part: /** First of all: `format`, `userId`, `exportedAt`, and `sequence`, the version that the user had then. */
    | 'export'
    /** `user`: the record with its login names. */
    | 'user'
    /** `namespace`, `key`, `value` or `bytes`, `createdAt`, `changedAt`, `sequence`. */
    | 'metadata'
    /** `identity`: what is linked to the user. */
    | 'identity'
    /** `membership`: where it is a member, and its roles. */
    | 'membership'
    /** `accessToken`: without what it is made of. */
    | 'accessToken'
    /** `change`: of its history, the oldest first. */
    | 'change'
    /** Last of all: `parts`, how many came before, and `sequence`: another one where the user was written to meanwhile. */
    | 'end'
}

/**
 * Everything about one user that the caller may read, part by part, so that none of it has to fit into memory at once. What is
 * missing at the end was cut off. The parts are read one after the other, not as of one moment.
 *
 * @throws {@link PermissionDeniedError} without `user.read` and `user.membership.read`.
 * @throws {@link NotFoundError} when there is no such user, or none that the call may see.
 */
export async function* exportSubject(core: Core, actor: Actor, userId: string): AsyncGenerator<SubjectPart> {
  let parts = 0
  for await (const part of partsOf(core, actor, userId)) {
    parts += 1
    yield part
  }
  yield { part: 'end', parts, sequence: await versionOf(core, userId) }
}

async function* partsOf(core: Core, actor: Actor, userId: string): AsyncGenerator<SubjectPart> {
  const sequence = await versionOf(core, userId)
  const user = await getUser(core, actor, userId)
  const memberships = await listMemberships(core, actor, userId)
  // A user may read itself without a role; whoever exports needs one.
  const tokens = pagesOf((page) => listAccessTokens(core, actor, userId, page))
  const firstToken = await tokens.next()
  yield { part: 'export', format: 1, userId, exportedAt: core.now(), sequence }
  yield { part: 'user', user: plain(user) }

  const aggregate: AggregateKey = { type: 'user', id: userId }
  const subject = { subjectType: 'user', subjectId: userId } as const
  for (const namespace of [...(await writtenNamespaces(core, aggregate))].sort()) {
    for await (const entry of pagesOf((page) => listMetadata(core, actor, subject, namespace, page))) {
      const { key, value, createdAt, changedAt, sequence } = entry
      yield { part: 'metadata', namespace, key, ...carried(value), createdAt, changedAt, sequence }
    }
  }
  for (const identity of await listIdentities(core, actor, userId))
    yield { part: 'identity', identity: plain(identity) }
  for (const membership of memberships) yield { part: 'membership', membership: plain(membership) }
  if (firstToken.done !== true) yield { part: 'accessToken', accessToken: plain(firstToken.value) }
  for await (const accessToken of tokens) yield { part: 'accessToken', accessToken: plain(accessToken) }
  const owner = actor.type === 'system' ? actor.orgId : user.orgId
  for await (const change of historyOf(core, actor, aggregate, owner)) yield { part: 'change', change: plain(change) }
}

const versionOf = async (core: Core, userId: string) => (await readUserAggregate(core, userId))?.sequence ?? '0'

async function* pagesOf<T>(read: (page: { offset: number; limit: number }) => Promise<Page<T>>): AsyncGenerator<T> {
  for (let offset = 0; ; offset += maxPageSize) {
    const { items } = await read({ offset, limit: maxPageSize })
    yield* items
    if (items.length < maxPageSize) return
  }
}

const carried = (value: MetadataValue) =>
  value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : { value }

/** As JSON has it. */
function plain(value: object): JsonObject {
  const text = JSON.stringify(value, (_, member: unknown) => {
    if (member instanceof Uint8Array) return { bytes: Buffer.from(member).toString('base64') }
    return member
  })
  return JSON.parse(text) as { readonly [member: string]: JsonValue }
}
