import { spreadTables, tableNames } from '@indwell/storage-kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeStatements, type Recording, recordStatements } from '../../../test/recorded-statements'
import { closing, createSqlite, itKeepsStorageContract } from '../../../test/storage-contract'
import { sqliteStorage } from '../src/index'

describe('sqlite storage keeps the storage contract', () => {
  let recording: Recording
  beforeAll(() => {
    recording = recordStatements('sqlite')
  })
  afterAll(() => recording.stop())

  itKeepsStorageContract({ open: (filename) => closing(sqliteStorage({ filename })), create: createSqlite })

  it('names the instance in every statement that was run for all of this', async () => {
    const all = [...spreadTables(tableNames({}))]

    // The one that is there to read all of them, for the host alone.
    const ofAllInstances = recording.statements.filter(({ sql }) => /where "e"\."position" > \? order by/.test(sql))
    const statements = recording.statements.filter((statement) => !ofAllInstances.includes(statement))
    const judged = await judgeStatements(statements, (name) => all.includes(name), { plain: true })
    expect(new Set(ofAllInstances.map(({ sql }) => sql)).size).toBe(1)

    expect(judged.problems).toEqual([])
    expect(judged.unnoticed).toEqual([])
    expect([...judged.tables].sort()).toEqual(all.sort())
    expect(judged.count).toBeGreaterThan(100)
  })
})
