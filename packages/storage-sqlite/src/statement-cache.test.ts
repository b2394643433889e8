import Database from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SqliteDatabase } from './sqlite-database'
import { statementCache } from './statement-cache'

describe('statementCache', () => {
  let prepared: string[]
  let database: SqliteDatabase

  beforeEach(() => {
    const real = new Database(':memory:')
    prepared = []
    const prepare = real.prepare.bind(real)
    real.prepare = ((sql: string) => {
      prepared.push(sql)
      return prepare(sql)
    }) as typeof real.prepare
    database = real
  })

  it('prepares a kept statement when it is first asked for, and never again', () => {
    const one = statementCache(database).keep('rows', () => 'select 1')

    expect(prepared).toEqual([])
    expect(one().get()).toEqual([1])
    expect(one()).toBe(one())
    expect(prepared).toEqual(['select 1'])
  })

  it('answers rows as arrays or the first column of each, never as BigInt', () => {
    const real = database as Database.Database
    real.defaultSafeIntegers(true)
    const statements = statementCache(real)

    expect(
      statements
        .keep('rows', () => 'select 1, 2')()
        .get(),
    ).toEqual([1, 2])
    expect(
      statements
        .keep('values', () => 'select 3, 4')()
        .get(),
    ).toBe(3)
  })

  it('lets the statements longest unused give way', () => {
    const cache = statementCache(database, 2)
    const find = (n: number) => cache.find(String(n), () => `select ${n}`).get()

    for (const n of [1, 2, 1, 3, 1, 2]) expect(find(n)).toEqual([n])

    expect(prepared).toEqual(['select 1', 'select 2', 'select 3', 'select 2'])
  })

  it('reads numbers where the host’s default is BigInt', () => {
    const host = new Database(':memory:').defaultSafeIntegers(true)
    expect(
      statementCache(host)
        .keep('rows', () => 'select 1')()
        .get(),
    ).toEqual([1])
  })
})
