import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomSource } from '../packages/core/src/conformance/random-source'
import { buildChildScript, type ChildScript } from '../test/child-processes'
import { postgresUrl } from '../test/postgres'
import { type StartedPostgres, startPostgres } from '../test/start-postgres'
import { startChild } from './child'
import type { CrashTask } from './child-task'
import { crashClientsOfPostgres } from './crash/postgres-client-crashes'
import { administer, createTorturedDatabase } from './crash/postgres-database'
import { crashPostgresServer, look } from './crash/postgres-server-crashes'
import { postgresSite } from './crash/site'
import { crashOnSqlite } from './crash/sqlite-crashes'
import { failOverPostgres } from './failover/postgres-failovers'
import { runManyProcesses } from './history/many-processes'
import { sharedFile, sharedPostgres } from './history/shared-databases'
import { createTally, type Tally } from './tally'

// A few rounds of what `pnpm torture` does for minutes. The same choices in every run; `TORTURE_SEED` makes others.
const seed = Number(process.env.TORTURE_SEED ?? 1)

/** Processes start and end, and a busy machine takes its time for each. */
const timeout = 240_000

let crash: ChildScript
let history: ChildScript

beforeAll(async () => {
  const scriptOf = (path: string) => buildChildScript(fileURLToPath(new URL(path, import.meta.url)))
  crash = await scriptOf('./crash/crash-child.ts')
  history = await scriptOf('./history/history-child.ts')
})
afterAll(async () => {
  await crash.remove()
  await history.remove()
})

async function expectNoFlaws(rounds: number, run: (tally: Tally) => Promise<void>): Promise<void> {
  const tally = createTally('short', rounds, () => undefined)
  await run(tally)
  const { flaws, ...result } = tally.result()
  expect(flaws, `TORTURE_SEED=${seed}`).toEqual([])
  expect(result).toMatchObject({ rounds, failedRounds: 0 })
}

const crashPart = (rounds: number, tally: Tally) => ({
  childFile: crash.file,
  random: randomSource(seed),
  rounds,
  maxAnswers: 40,
  tally,
})
const historyPart = (tally: Tally) => ({
  childFile: history.file,
  random: randomSource(seed),
  rounds: 1,
  durationMs: 1000,
  tally,
})

describe('sqlite', { timeout }, () => {
  it.each(['normal', 'full'] as const)('keeps every answered write and no half one, synchronous %s', (synchronous) =>
    expectNoFlaws(3, (tally) => crashOnSqlite(crashPart(3, tally), synchronous)),
  )

  it('shows four processes one order of everything', () =>
    expectNoFlaws(1, (tally) => runManyProcesses(historyPart(tally), sharedFile)))
})

describe('postgres', { timeout }, () => {
  it('keeps every answered write and no half one when clients are killed', () =>
    expectNoFlaws(3, (tally) => crashClientsOfPostgres(crashPart(3, tally), postgresUrl())))

  it('shows four processes one order of everything', () =>
    expectNoFlaws(1, (tally) => runManyProcesses(historyPart(tally), () => sharedPostgres(postgresUrl()))))

  it('keeps every answered write, and the order of the feed, when a standby takes over', () =>
    expectNoFlaws(2, (tally) => failOverPostgres(crashPart(2, tally), { durable: false })))

  // Also shows that the test above could fail.
  it('loses the newest writes to a standby that is not synchronous', async () => {
    const tally = createTally('short', 1, () => undefined)
    await failOverPostgres(crashPart(1, tally), { synchronous: false }, async (pair) => {
      await pair.ask(pair.standbyUrl(), `alter system set primary_conninfo = ''`)
      await pair.ask(pair.standbyUrl(), 'select pg_reload_conf()')
      const receivers = async () => (await pair.ask(pair.standbyUrl(), 'select from pg_stat_wal_receiver')).length
      while ((await receivers()) > 0);
      const written = async () => {
        const [row] = await pair.ask(pair.primaryUrl(), `select pg_current_wal_lsn() - '0/0' as bytes`)
        return Number(row?.bytes)
      }
      const before = await written()
      while ((await written()) < before + 100_000);
    })
    const { flaws } = tally.result()
    expect(flaws).toContainEqual(expect.stringContaining('the feed told'))
    expect(flaws).toContainEqual(expect.stringContaining('was answered and is lost'))
  })

  describe('whose server crashes', () => {
    let server: StartedPostgres
    beforeAll(async () => {
      server = await startPostgres({ durable: true })
    })
    afterAll(() => server.stop())

    it('keeps every answered write and no half one, and answers again', () =>
      expectNoFlaws(2, (tally) => crashPostgresServer(crashPart(2, tally), server)))

    // Also shows that the test above could fail.
    it('loses the newest writes with synchronousCommit off', async () => {
      await administer(server.url, `alter system set wal_writer_delay = '10s'`)
      await administer(server.url, 'select pg_reload_conf()')
      const database = await createTorturedDatabase(server.url)
      await (await postgresSite(database.url)).close()
      const child = startChild(crash.file, {
        location: { connectionString: database.childUrl, synchronousCommit: 'off' },
        name: 'off',
        seed,
        lanes: 2,
        survives: true,
      } satisfies CrashTask)
      for (let answers = 0; answers < 10; answers++) await child.until('answer', child.lines.length)
      await server.crash('immediate')
      await child.kill()
      await server.restart()
      const flaws = await look(database, child)
      await database.drop()
      expect(flaws.filter((flaw) => flaw.endsWith('was answered and is lost'))).not.toEqual([])
      expect(flaws.filter((flaw) => !flaw.endsWith('was answered and is lost'))).toEqual([])
    })
  })
})
