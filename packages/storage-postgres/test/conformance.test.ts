import { spreadTables, tableNames } from '@indwell/storage-kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeStatements, type Recording, recordStatements } from '../../../test/recorded-statements'
import { closing, createPostgres, crowds, itKeepsStorageContract } from '../../../test/storage-contract'
import { postgresStorage } from '../src/index'

describe.each([
  { tables: 'whole tables', spread: {}, without: undefined },
  { tables: 'tables in partitions', spread: { partitions: 3 }, without: crowds },
])('postgres storage keeps the storage contract on $tables', ({ spread, without }) => {
  let recording: Recording
  beforeAll(() => {
    recording = recordStatements('postgres')
  })
  afterAll(() => recording.stop())

  const open = (url: string) => closing(postgresStorage({ connectionString: url, max: 4, ...spread }))
  itKeepsStorageContract({ open, create: createPostgres }, without)

  it('names the instance in every statement that was run for all of this', async () => {
    const all = [...spreadTables(tableNames({}))]

    // The one that is there to read all of them, for the host alone.
    const ofAllInstances = recording.statements.filter(({ sql }) =>
      /with page as \(\s+select instance\.instance_id/.test(sql),
    )
    const statements = recording.statements.filter((statement) => !ofAllInstances.includes(statement))
    const judged = await judgeStatements(statements, (name) => all.includes(name), {
      plain: 'partitions' in spread,
    })
    expect(new Set(ofAllInstances.map(({ sql }) => sql)).size).toBe(1)

    expect(judged.problems).toEqual([])
    expect(judged.unnoticed).toEqual([])
    expect([...judged.tables].sort()).toEqual(all.sort())
    expect(judged.count).toBeGreaterThan(100)
  })
})
