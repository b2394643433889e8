import type { MetadataIndex, MetadataIndexer } from '@indwell/core'
import { isSameIndex, type KnownIndexes, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connections, Run } from '../connections'
import { compileStatement, slot, tableReference } from '../statement-cache'
import { exclusively } from './exclusively'
import { fillIndex } from './fill-index'
import { indexesReader, type RememberedIndexes } from './remembered-indexes'

/**
 * Indexes are declared while nobody writes entries, and filled and taken away while nobody writes to an index, each for
 * moments: commits of keys without an index wait for the first alone.
 */
export function metadataIndexer(
  connections: Connections,
  names: TableNames,
  remembered: RememberedIndexes,
): MetadataIndexer {
  const betweenEntries = exclusively(connections, names, names.entry)
  const betweenValues = exclusively(connections, names, names.indexedValue)
  const indexesOf = indexesReader(names)
  const fill = fillIndex(names)
  const table = tableReference(names, names.metadataIndex)
  const ofIndex = sql`instance_id = ${slot('instance')} and number = ${slot('number')}`

  // Never a version that was before: what was rolled back counts too.
  const renew = compileStatement(sql`
    insert into ${tableReference(names, names.metadataIndexVersion)} (instance_id, version)
    values (${slot('instance')}, gen_random_uuid()::text)
    on conflict (instance_id) do update set version = excluded.version`)
  const insert = compileStatement(sql`
    insert into ${table} (instance_id, number, subject_type, namespace, path, ready, filled_to)
    select ${slot('instance')}::text, coalesce(max(number), 0) + 1, ${slot('type')}::text, ${slot('namespace')}::text, ${slot('path')}::text,
      not exists (
        select from ${tableReference(names, names.entry)} where instance_id = ${slot('instance')} and subject_type = ${slot('type')}
      ), null
    from ${table} where instance_id = ${slot('instance')}`)
  const deleteIndex = compileStatement(sql`delete from ${table} where ${ofIndex}`)
  const deleteValues = compileStatement(sql`
    delete from ${tableReference(names, names.indexedValue)}
    where instance_id = ${slot('instance')} and index_number = ${slot('number')}`)
  const selectFilledTo = compileStatement(sql`select filled_to from ${table} where ${ofIndex}`)
  const moveTo = compileStatement(sql`
    update ${table} set filled_to = ${slot('to')}::text, ready = ready or ${slot('to')}::text is null where ${ofIndex}`)

  const find = ({ indexes }: KnownIndexes, index: MetadataIndex) => indexes.find((known) => isSameIndex(known, index))

  async function add(run: Run, instanceId: string, indexes: readonly MetadataIndex[]): Promise<void> {
    const known = await indexesOf(run, instanceId)
    const missing = indexes.filter((index) => find(known, index) === undefined)
    for (const [place, index] of missing.entries()) {
      if (missing.findIndex((other) => isSameIndex(other, index)) < place) continue
      const { subjectType, namespace, path } = index
      await run(insert, { instance: instanceId, type: subjectType, namespace, path: JSON.stringify(path) })
    }
    if (missing.length > 0) await run(renew, { instance: instanceId })
  }

  async function remove(run: Run, instanceId: string, indexes: readonly MetadataIndex[]): Promise<void> {
    const known = await indexesOf(run, instanceId)
    for (const { number } of known.indexes.filter((known) => indexes.some((index) => isSameIndex(index, known)))) {
      await run(deleteIndex, { instance: instanceId, number })
      await run(deleteValues, { instance: instanceId, number })
      await run(renew, { instance: instanceId })
    }
  }

  return {
    async listMetadataIndexes(instanceId) {
      const { indexes } = await remembered.read(instanceId)
      return indexes.map(({ number: _, ...index }) => index)
    },
    async addMetadataIndexes(instanceId, indexes) {
      connections.requireOpen()
      if (indexes.length > 0) await betweenEntries((run) => add(run, instanceId, indexes))
    },
    async removeMetadataIndexes(instanceId, indexes) {
      connections.requireOpen()
      if (indexes.length > 0) await betweenValues((run) => remove(run, instanceId, indexes))
    },
    fillMetadataIndex: (instanceId, wanted, entries) =>
      betweenValues(async (run) => {
        const index = find(await indexesOf(run, instanceId), wanted)
        if (index === undefined) return undefined
        const place = { instance: instanceId, number: index.number }
        const [row] = await run(selectFilledTo, place)
        const { to, corrected } = await fill(run, instanceId, index, row![0] ?? undefined, entries)
        await run(moveTo, { ...place, to: to ?? null })
        if (to === undefined && index.state === 'building') await run(renew, place)
        return { done: to === undefined, corrected }
      }),
  }
}
