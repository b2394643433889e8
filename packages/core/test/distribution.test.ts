import type { Consumer, DirectoryStorage } from '@indwell/core'
import { type Dialect, spreadTables, tableNames } from '@indwell/storage-kysely'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { createPostgresDatabase } from '../../../test/postgres'
import { judgeStatements, type Recording, recordStatements } from '../../../test/recorded-statements'
import { everyCall, ofAcme } from './every-call'
import { createWorld, type World } from './world'

const all = [...spreadTables(tableNames({}))]
const metadataIndexes = [{ subjectType: 'user', namespace: 'app', path: ['a'] }] as const

/** Every method of a directory; those that take away what others need each in an instance of its own. */
async function callEverything(storage: DirectoryStorage): Promise<void> {
  const takesAway = ([name]: (typeof everyCall)[number]) => /delete|erase|remove|revoke|deactivate|lock/i.test(name)
  const rounds = [everyCall.filter((call) => !takesAway(call)), ...everyCall.filter(takesAway).map((call) => [call])]
  for (const [number, calls] of rounds.entries()) {
    const world = await createWorld({
      storage,
      instanceId: `i-${number}`,
      roles: { AUDITOR: ['invoice.read'] },
      metadataIndexes,
    })
    await world.system.roles.create({ roleId: 'auditor', name: 'Auditor', permissions: ['invoice.write'] })
    const wherever = world.directory.as({ userId: 'ada', across: 'orgs' })
    // What they answer is not the point.
    for (const [, call] of calls) {
      await call(world.system, ofAcme).catch(() => {})
      await call(wherever, { ...ofAcme, org: 'acme' }).catch(() => {})
    }
    if (number > 0) continue
    await world.system.orgs.create({ name: 'Keyed' }, { idempotencyKey: 'k1' })
    await followOnce(world)
    await world.directory.metadataIndexes.reindex({ all: true })
    await world.directory.metadataIndexes.remove(metadataIndexes[0])
  }
}

/** Changes of one subject and of all, and a consumer that begins, stores how far it came, and is asked. */
async function followOnce({ directory }: World): Promise<void> {
  for await (const _ of directory.changes({ subject: { type: 'user', id: 'ada' } })) break
  const consumer = await new Promise<Consumer>((resolve) => {
    const following = directory.consumer('mail', () => resolve(following))
  })
  await consumer.status()
  await consumer.replay()
  await consumer.stop()
}

async function judged(dialect: Dialect, run: () => Promise<void>, plain: boolean) {
  const recording: Recording = recordStatements(dialect)
  try {
    await run()
  } finally {
    recording.stop()
  }
  return judgeStatements(recording.statements, (name) => all.includes(name), { plain })
}

describe('every statement behind every method of a directory names the instance', () => {
  it('on SQLite', async () => {
    const storage = sqliteStorage({ filename: ':memory:' })

    const { problems, unnoticed, tables, count } = await judged('sqlite', () => callEverything(storage), true)

    expect(problems).toEqual([])
    expect(unnoticed).toEqual([])
    expect([...tables].sort()).toEqual(all.sort())
    expect(count).toBeGreaterThan(30)
    await storage.close()
  })

  it('on Postgres, where tables are in partitions', async () => {
    const database = await createPostgresDatabase()
    const storage = postgresStorage({ connectionString: database.url, max: 2, partitions: 4 })

    const { problems, unnoticed, tables, count } = await judged('postgres', () => callEverything(storage), true)

    expect(problems).toEqual([])
    expect(unnoticed).toEqual([])
    expect([...tables].sort()).toEqual(all.sort())
    expect(count).toBeGreaterThan(30)
    await storage.close()
    await database.drop()
  })
})
