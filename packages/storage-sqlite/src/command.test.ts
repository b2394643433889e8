import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from './command'

let directory: string
let filename: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'indwell-command-'))
  filename = join(directory, 'a.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

async function run(...args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCommand(args, { out: (line) => out.push(line), err: (line) => err.push(line) })
  return { code, out, err }
}

describe('indwell-sqlite', () => {
  it('checks, applies and checks again', async () => {
    new Database(filename).close()
    expect(await run('check', filename)).toEqual({ code: 1, out: ['pending 0001-directory'], err: [] })
    expect(await run('up', filename)).toEqual({ code: 0, out: ['applied 0001-directory'], err: [] })
    expect(await run('up', filename)).toEqual({ code: 0, out: ['nothing to do'], err: [] })
    expect(await run('check', filename)).toEqual({ code: 0, out: ['applied 0001-directory'], err: [] })
    expect(await run('check', filename, '--prefix', 'other_')).toMatchObject({ code: 1 })
  })

  it('prints SQL that does what up does, and nothing where nothing is to do', async () => {
    const { code, out } = await run('print-sql', filename)
    expect(code).toBe(0)
    expect(existsSync(filename)).toBe(false)
    const database = new Database(filename)
    database.exec(out.join('\n'))
    database.close()
    expect(await run('print-sql', filename)).toEqual({ code: 0, out: [], err: [] })
    expect(await run('check', filename)).toMatchObject({ code: 0 })
  })

  it('copies a database', async () => {
    await run('up', filename)
    const to = join(directory, 'b.db')
    expect(await run('backup', filename, to, '--compact')).toEqual({ code: 0, out: [`copied to ${to}`], err: [] })
    expect(await run('check', to)).toMatchObject({ code: 0 })
    expect(await run('backup', filename, to)).toMatchObject({
      code: 2,
      err: [expect.stringContaining('there already')],
    })
  })

  it('fails on a database of a newer version', async () => {
    await run('up', filename)
    const database = new Database(filename)
    database.exec(`insert into indwell_migration values ('0002-later', '2030')`)
    database.close()
    expect(await run('check', filename)).toMatchObject({
      code: 1,
      out: [expect.anything(), expect.stringContaining('0002-later')],
    })
    expect(await run('up', filename)).toMatchObject({ code: 2, err: [expect.stringContaining('0002-later')] })
  })

  it.each([[], ['check'], ['up', 'a', 'b'], ['backup', 'a'], ['down', 'a'], ['check', 'a', '--what']])(
    'does not understand %j %j %j',
    async (...args) => {
      expect(await run(...args)).toMatchObject({ code: 2, out: [] })
    },
  )

  it('makes no file of one that is not there', async () => {
    expect(await run('check', filename)).toMatchObject({ code: 2, err: [`there is no file ${filename}`] })
    expect(existsSync(filename)).toBe(false)
  })
})
