import assert from 'node:assert/strict'
import type { MetadataIndex } from '../storage/metadata-index'
import type { AggregateRecord, ClaimRecord, EntryRecord, RecordKind, RecordMap, StoredEvent } from '../storage/records'
import type { Behavior } from './behavior'
import {
  DirectoryModel,
  type DirectoryState,
  nameOfAggregate,
  nameOfClaim,
  nameOfEntry,
  nameOfRecord,
  removeHeldBy,
} from './directory-model'
import { fillIndex } from './metadata-indexes'
import { type Place, readFeed, recordsOf, requireApplied } from './place'
import { type Effect, type EffectPayload, randomClaims, randomCommit, randomSubjects } from './random-commit'
import { type RandomSource, randomSource } from './random-source'

/** Runs `check` with a source of its own for the seed given, or for `count` seeds, and names the one that failed. */
export async function forSeeds(
  given: number | undefined,
  count: number,
  check: (random: RandomSource, run: number) => Promise<void>,
): Promise<void> {
  const seeds = given === undefined ? Array.from({ length: count }, () => Math.floor(Math.random() * 2 ** 32)) : [given]
  for (const [run, seed] of seeds.entries()) {
    try {
      await check(randomSource(seed), run)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(`seed ${seed}: ${reason}`, { cause: error })
    }
  }
}

/** The rows of a storage, as far as random commits reach. */
async function stateOf(place: Place, claimsOfItsOwn: boolean): Promise<DirectoryState> {
  const { storage, instanceId } = place
  const aggregates = await storage.load(
    instanceId,
    randomSubjects.map((key) => ({ read: 'aggregate', key })),
  )
  const claims = await storage.load(
    instanceId,
    randomSubjects
      .flatMap((subject) => randomClaims(subject, claimsOfItsOwn))
      .map((claim) => ({ read: 'claim', claim })),
  )
  const entries = await storage.load(
    instanceId,
    randomSubjects.flatMap(({ type, id }) =>
      ['app', 'user'].map((namespace) => ({
        read: 'entries' as const,
        subject: { subjectType: type === 'org' ? ('org' as const) : ('user' as const), subjectId: id },
        namespace,
      })),
    ),
  )
  const records = new Map<string, RecordMap[RecordKind]>()
  for (const kind of ['user', 'org', 'member'] as const) {
    for (const record of await recordsOf(place, kind)) records.set(nameOfRecord(kind, record), record)
  }
  const found = <T>(answers: readonly unknown[]) => answers.filter((answer) => answer !== undefined) as T[]
  return {
    aggregates: new Map(found<AggregateRecord>(aggregates).map((record) => [nameOfAggregate(record), record])),
    records,
    entries: new Map(found<EntryRecord[]>(entries).flatMap((list) => list.map((entry) => [nameOfEntry(entry), entry]))),
    claims: new Map(found<ClaimRecord>(claims).map((claim) => [nameOfClaim(claim), claim])),
  }
}

/** The state that the log alone tells. */
function replay(events: readonly StoredEvent[]): DirectoryState {
  const aggregates = new Map<string, AggregateRecord>()
  const records = new Map<string, RecordMap[RecordKind]>()
  const entries = new Map<string, EntryRecord>()
  const claims = new Map<string, ClaimRecord>()

  for (const { aggregate, owner, sequence, payload, createdAt: at } of events) {
    const { effect, revises, removes } = payload as EffectPayload
    const before = aggregates.get(nameOfAggregate(aggregate))
    assert.equal(sequence, String(BigInt(before?.sequence ?? 0) + 1n), `next event of ${nameOfAggregate(aggregate)}`)
    assert.ok(at >= (before?.changedAt ?? 0), `times of ${nameOfAggregate(aggregate)} go back`)
    const revision = (before?.revision ?? 0) + (revises ? 1 : 0)
    aggregates.set(nameOfAggregate(aggregate), {
      ...aggregate,
      owner,
      sequence,
      revision,
      live: !removes,
      changedAt: at,
    })

    const done: Effect = JSON.parse(effect)
    switch (done.does) {
      case 'put': {
        const { kind, record, created } = done.put
        const createdAt = created ? at : record.createdAt
        records.set(nameOfRecord(kind, record), { ...record, sequence, createdAt, changedAt: at })
        break
      }
      case 'remove':
        if ('key' in done.removal) records.delete(nameOfRecord(done.removal.kind, done.removal.key))
        break
      case 'set': {
        const name = nameOfEntry(done.key)
        const createdAt = entries.get(name)?.createdAt ?? at
        entries.set(name, { ...done.key, value: done.value, orgId: owner, sequence, createdAt, changedAt: at })
        break
      }
      case 'unset':
        entries.delete(nameOfEntry(done.key))
        break
      case 'clear':
        for (const [name, { subjectType, subjectId }] of entries) {
          if (subjectType === done.subject.subjectType && subjectId === done.subject.subjectId) entries.delete(name)
        }
        break
      case 'take':
        claims.set(nameOfClaim(done.claim), done.claim)
        break
      case 'release':
        claims.delete(nameOfClaim(done.claim))
        break
      case 'removeHeldBy':
        removeHeldBy({ aggregates, records, entries, claims }, done.orgId)
        break
    }
  }
  return { aggregates, records, entries, claims }
}

const indexes: readonly MetadataIndex[] = (['user', 'org'] as const).flatMap((subjectType) =>
  ['plan', 'limit'].map((key) => ({ subjectType, namespace: 'app', path: [key] })),
)

/** Indexes hold what the entries say, which were compared with the log. */
async function assertIndexed(place: Place): Promise<void> {
  for (const index of indexes) assert.equal(await fillIndex(place, index, 3), 0, `${index.subjectType} ${index.path}`)
}

/** The same whatever the order in which the maps were filled. */
function sorted(state: DirectoryState) {
  const list = <T>(map: ReadonlyMap<string, T>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    aggregates: list(state.aggregates),
    records: list(state.records),
    entries: list(state.entries),
    claims: list(state.claims),
  }
}

export const replayBehaviors: readonly Behavior[] = [
  {
    name: 'random batches have the outcomes and leave the rows that the model has, and the log tells the same',
    async check(world) {
      await forSeeds(world.seed, 1, async (random, run) => {
        const place = { ...world, instanceId: `${world.instanceId}-${run}` }
        const model = new DirectoryModel()
        let events = 0
        await place.storage.addMetadataIndexes(place.instanceId, indexes)

        for (let batch = 0; batch < 40; batch++) {
          const commits = Array.from({ length: 1 + random.below(6) }, () => randomCommit(random, false))
          const outcomes = await place.storage.commit(place.instanceId, commits)
          for (const [index, outcome] of outcomes.entries()) {
            const expected = model.commit(commits[index]!)
            if (expected.outcome !== 'applied') {
              assert.deepEqual(outcome, expected, `batch ${batch}, member ${index}`)
              continue
            }
            const { positions, ...applied } = requireApplied(outcome)
            assert.deepEqual(applied, expected, `batch ${batch}, member ${index}`)
            assert.equal(positions.length, commits[index]!.aggregates.flatMap((change) => change.events).length)
            events += positions.length
          }
          if (batch % 20 === 19) {
            assert.deepEqual(sorted(await stateOf(place, false)), sorted(model), `after batch ${batch}`)
            await assertIndexed(place)
          }
        }
        assert.deepEqual(sorted(replay(await readFeed(place, events))), sorted(model))
      })
    },
  },
  {
    name: 'after eight writers wrote at random through three storages the log tells what the rows say',
    async check(world) {
      const storages = [world.storage, await world.reopen(), await world.reopen()]
      await forSeeds(world.seed, 1, async (random, run) => {
        const place = { ...world, instanceId: `${world.instanceId}-${run}` }
        const seeds = Array.from({ length: 8 }, () => random.below(2 ** 32))
        await place.storage.addMetadataIndexes(place.instanceId, indexes)

        const write = async (seed: number, writer: number) => {
          const own = randomSource(seed)
          let events = 0
          for (let batch = 0; batch < 10; batch++) {
            const commits = Array.from({ length: 1 + own.below(4) }, () => randomCommit(own, true))
            const outcomes = await storages[writer % 3]!.commit(place.instanceId, commits)
            for (const outcome of outcomes) if (outcome.outcome === 'applied') events += outcome.positions.length
          }
          return events
        }
        const written = await Promise.all(seeds.map(write))

        const feed = await readFeed(
          place,
          written.reduce((sum, count) => sum + count, 0),
        )
        assert.deepEqual(sorted(replay(feed)), sorted(await stateOf(place, true)))
        await assertIndexed(place)
      })
    },
  },
]
