import type { EntryRecord } from '../storage/records'
import type { NamespaceRules } from './metadata-rules'

/** Whether an entry is as if it was not there, though it still is. */
export function isExpired(
  rules: NamespaceRules,
  { key, changedAt }: Pick<EntryRecord, 'key' | 'changedAt'>,
  now: number,
): boolean {
  const expiresAfterMs = rules.keys.get(key)?.expiresAfterMs
  return expiresAfterMs !== undefined && now - changedAt >= expiresAfterMs
}
