import type { Read, RecordKind } from '@indwell/core'
import { recordTables } from '@indwell/storage-kysely'

/** Reads that are looked up in the same way share a part of the statement. */
export type PartName =
  | `record ${RecordKind}`
  | 'aggregate'
  | 'entry'
  | 'entries'
  | 'entryPage'
  | 'claim'
  | 'accessTokenByHash'
  | 'principal'
  | 'principal with all memberships'
  | 'memberships'
  | 'loginDomains'
  | 'keptAnswer'

/** Parts that answer any number of rows for a key. */
export const listParts: ReadonlySet<PartName> = new Set(['entries', 'entryPage', 'memberships', 'loginDomains'])

/** What a read asks of its part: texts to look up, in the order in which the part takes them. */
export interface Lookup {
  readonly part: PartName
  readonly keys: readonly (readonly (string | null)[])[]
}

export function lookupOf(read: Read): Lookup {
  switch (read.read) {
    case 'record': {
      const key: Readonly<Record<string, string>> = { ...read.key }
      return { part: `record ${read.kind}`, keys: [recordTables[read.kind].key.map((member) => key[member]!)] }
    }
    case 'aggregate':
      return { part: 'aggregate', keys: [[read.key.type, read.key.id]] }
    case 'entry': {
      const { subjectType, subjectId, namespace, key } = read.key
      return { part: 'entry', keys: [[subjectType, subjectId, namespace, key]] }
    }
    case 'entries': {
      const { subjectType, subjectId } = read.subject
      if (read.keys === undefined) return { part: 'entries', keys: [[subjectType, subjectId, read.namespace]] }
      return {
        part: 'entry',
        keys: [...new Set(read.keys)].map((key) => [subjectType, subjectId, read.namespace, key]),
      }
    }
    case 'entryPage': {
      const { subjectType, subjectId } = read.subject
      // No namespace is empty, so that this is in front of all of them.
      const { namespace, key } = read.after ?? { namespace: '', key: '' }
      return { part: 'entryPage', keys: [[subjectType, subjectId, namespace, key, String(read.limit)]] }
    }
    case 'claim':
      return { part: 'claim', keys: [[read.claim.type, read.claim.value]] }
    case 'accessTokenByHash':
      return { part: 'accessTokenByHash', keys: [[read.hash]] }
    case 'principal':
      return {
        part: read.memberships === 'all' ? 'principal with all memberships' : 'principal',
        keys: [[read.userId, read.orgId ?? null]],
      }
    case 'memberships':
      return { part: 'memberships', keys: [[read.userId]] }
    case 'loginDomains':
      return { part: 'loginDomains', keys: [[read.userId]] }
    case 'keptAnswer':
      return { part: 'keptAnswer', keys: [[read.key]] }
  }
}
