import type { EntryRecord, Page, RecordKind, RecordMap, Search } from '@indwell/core'
import { asksForMetadata, type KnownIndexes, noIndexes, planSearch } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { decodeEntry, type EntryRow } from '../load/decode-entry'
import { recordDecoder } from '../load/decode-record'
import { readIndexes } from '../metadata-indexes/read-indexes'
import { readTransaction } from '../transactions'

type Found = RecordMap[RecordKind] | EntryRecord

/** The page and the count come from the same state. */
export function searchPage(connection: Connection): (instanceId: string, search: Search) => Page<Found> {
  const { names, statements } = connection
  const transact = readTransaction(connection)
  const indexesOf = readIndexes(connection).read
  const decoders = {
    instance: recordDecoder('instance'),
    org: recordDecoder('org'),
    orgDomain: recordDecoder('orgDomain'),
    user: recordDecoder('user'),
    member: recordDecoder('member'),
    client: recordDecoder('client'),
    role: recordDecoder('role'),
    accessToken: recordDecoder('accessToken'),
    deletedUser: recordDecoder('deletedUser'),
  }

  function find(instanceId: string, search: Search, known: KnownIndexes): Page<Found> {
    const plan = planSearch(instanceId, search, names, 'sqlite', known)
    const items = (): readonly Found[] => {
      const rows = statements.find(`page|${plan.shape}`, plan.compilePage).all(...plan.pageParameters)
      if (search.kind === 'entry')
        return rows.map((row) => decodeEntry(search.subject, search.namespace, row as EntryRow))
      const decode = decoders[search.kind]
      return rows.map((row) => decode(row as readonly unknown[]))
    }
    if (!search.count) return { items: items() }
    return transact(() => {
      const counted = statements.find(`count|${plan.shape}`, plan.compileCount).get(...plan.countParameters)
      return { items: items(), total: (counted as readonly [number])[0] }
    })
  }

  return (instanceId, search) =>
    asksForMetadata(search)
      ? transact(() => find(instanceId, search, indexesOf(instanceId)))
      : find(instanceId, search, noIndexes)
}
