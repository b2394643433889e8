import { createHash } from 'node:crypto'
import type { Core } from '../core'
import { isUnreadable } from '../encryption/unreadable-value'
import type { JsonValue } from '../json'
import type { MetadataSubject } from '../metadata/metadata-subject'
import type { Claim, EntryRecord, EntryValue } from '../storage/records'
import type { NamespaceRules } from './metadata-rules'

const claimPrefix = 'metadata@'

/**
 * The claim of a value: a hash, since values may be longer than a database can index. `undefined` for `null`, which any
 * number of subjects may hold.
 */
export function uniqueClaim(
  { subjectType, namespace }: Pick<NamespaceRules, 'subjectType' | 'namespace'>,
  key: string,
  value: EntryValue,
): Claim | undefined {
  const type = `${claimPrefix}${subjectType}.${namespace}.${key}`
  // Nobody knows the value, but what it claimed is remembered with it.
  if (isUnreadable(value)) return value.claim === undefined ? undefined : { type, value: value.claim }
  const held = 'bytes' in value ? value.bytes : canonicalJson(JSON.parse(value.json) as JsonValue)
  if (held === 'null') return undefined
  const hash = createHash('sha256')
    .update('bytes' in value ? 'bytes:' : 'json:')
    .update(held)
  return { type, value: hash.digest('hex') }
}

/** The key whose value a claim is about. */
export function keyOfClaim(type: string): string | undefined {
  if (!type.startsWith(claimPrefix)) return undefined
  const place = type.slice(claimPrefix.length)
  return place.slice(place.indexOf('.', place.indexOf('.') + 1) + 1)
}

/** Equal values have equal texts, whatever the order of their members. */
function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

/**
 * The claims that a subject holds for some of its entries. Entries that were set before their key was unique hold none,
 * and another subject may hold what they would.
 */
export async function readHeldClaims(
  core: Core,
  rules: NamespaceRules,
  { subjectType, subjectId }: MetadataSubject,
  entries: readonly EntryRecord[],
): Promise<readonly Claim[]> {
  const claims = entries.flatMap(({ namespace, key, value }) => {
    if (namespace !== rules.namespace || !rules.keys.get(key)?.unique) return []
    const claim = uniqueClaim(rules, key, value)
    return claim === undefined ? [] : [claim]
  })
  const holders = await Promise.all(claims.map((claim) => core.read({ read: 'claim', claim })))
  return claims.filter((_, index) => {
    const holder = holders[index]
    return holder?.ownerType === subjectType && holder.ownerId === subjectId
  })
}

/** All claims that a subject holds for its metadata. To be read after the subject's aggregate, whose revision counts them. */
export async function readMetadataClaims(core: Core, subject: MetadataSubject): Promise<readonly Claim[]> {
  const { subjectType } = subject
  const claims = (core.metadataRules?.namespaces ?? []).map(async (rules) => {
    if (rules.subjectType !== subjectType || rules.uniqueKeys.length === 0) return []
    const { namespace, uniqueKeys: keys } = rules
    return readHeldClaims(core, rules, subject, await core.read({ read: 'entries', subject, namespace, keys }))
  })
  return (await Promise.all(claims)).flat()
}
