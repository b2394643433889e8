import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { runCommand } from '../src/command'

let database: PostgresDatabase
beforeAll(async () => {
  database = await createPostgresDatabase()
})
afterAll(() => database.drop())

async function run(...args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const output = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const code = await runCommand(args, output, { DATABASE_URL: database.url })
  return { code, out, err }
}

describe('indwell-postgres', () => {
  it('checks, applies and checks again, where DATABASE_URL says', async () => {
    expect(await run('check')).toEqual({ code: 1, out: ['pending 0001-directory'], err: [] })
    expect(await run('up', database.url)).toEqual({ code: 0, out: ['applied 0001-directory'], err: [] })
    expect(await run('up')).toEqual({ code: 0, out: ['nothing to do'], err: [] })
    expect(await run('check')).toEqual({ code: 0, out: ['applied 0001-directory'], err: [] })
    expect(await run('print-sql')).toEqual({ code: 0, out: [], err: [] })
  })

  it('takes prefix, schema and partitions', async () => {
    const { out } = await run('print-sql', '--prefix', 'own_', '--schema', 'tenants', '--partitions', '2')
    expect(out.join()).toContain('create table "tenants"."own_user_p1" partition of "tenants"."own_user"')
    expect(await run('check', '--partitions', '2')).toMatchObject({
      code: 2,
      err: [expect.stringContaining('partitions')],
    })
  })

  it.each([['down'], ['check', 'a', 'b'], ['up', '--partitions', 'x'], ['up', '--what'], []])(
    'does not understand %j %j %j',
    async (...args) => {
      expect(await run(...args)).toMatchObject({ code: 2, out: [] })
    },
  )

  it('says why a database cannot be reached', async () => {
    const { code, err } = await run('check', 'postgres://nobody@127.0.0.1:1/none')
    expect(code).toBe(2)
    expect(err).toContain('storage unreachable')
  })
})
