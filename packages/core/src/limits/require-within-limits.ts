import { LimitExceededError } from '../errors/limit-exceeded-error'
import { isNamed } from '../history/subject-log'
import { codePoints } from '../input'
import type { Commit, EntryPut } from '../storage/commit'
import type { DirectoryLimits } from './limits'

type NameLimits = Readonly<Record<string, Readonly<Record<string, keyof DirectoryLimits>>>>

/** Members of events that hold names, by the type of their aggregate. */
const nameLimits: NameLimits = {
  user: {
    userName: 'userNameLength',
    firstName: 'personNameLength',
    lastName: 'personNameLength',
    nickName: 'nickNameLength',
    displayName: 'displayNameLength',
  },
  org: { name: 'orgNameLength' },
  client: { name: 'clientNameLength' },
}

/**
 * Looks at what a write is about to store, whichever way it came in. What is stored already and stays is not looked at, so
 * that a limit which came later is in nobody's way.
 *
 * @throws {@link LimitExceededError} with the key or the member that is too long, how long it is, and the limit.
 */
export function requireWithinLimits(limits: DirectoryLimits, { aggregates, putEntries = [] }: Commit): void {
  let changes = 0
  for (const { key, events } of aggregates) {
    const names = nameLimits[key.type]
    for (const { type, payload } of events) {
      if (type.endsWith('.metadata.set') || type.endsWith('.metadata.removed')) changes += 1
      else if (names !== undefined) requireShortNames(limits, names, key.type, payload)
    }
  }
  requireAtMost('metadata.changes', limits.metadataChanges, changes)
  for (const put of putEntries) if (isNamed(put.key.namespace)) requireShortEntry(limits, put)
}

export function isWithinLimits(limits: DirectoryLimits, commit: Commit): boolean {
  try {
    requireWithinLimits(limits, commit)
    return true
  } catch (error) {
    if (error instanceof LimitExceededError) return false
    throw error
  }
}

function requireShortNames(
  limits: DirectoryLimits,
  names: NameLimits[string],
  type: string,
  payload: Readonly<Record<string, unknown>>,
): void {
  for (const [member, name] of Object.entries(names!)) {
    const value = payload[member]
    if (typeof value !== 'string' || (member === 'displayName' && value === fullName(payload))) continue
    requireAtMost(`${type}.${member}`, limits[name], codePoints(value))
  }
}

const fullName = ({ firstName, lastName }: Readonly<Record<string, unknown>>) => `${firstName} ${lastName}`

function requireShortEntry(limits: DirectoryLimits, { key: { key }, value }: EntryPut): void {
  requireAtMost('metadata.key', limits.metadataKeyLength, codePoints(key), key)
  if ('json' in value) requireAtMost('metadata.value.json', limits.metadataJsonLength, value.json.length, key)
  else requireAtMost('metadata.value.bytes', limits.metadataValueBytes, value.bytes.byteLength, key)
}

function requireAtMost(limitName: string, limit: number, actual: number, key?: string): void {
  if (actual > limit) throw new LimitExceededError(limitName, limit, actual, key)
}
