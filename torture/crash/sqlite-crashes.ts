import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CrashPart, runCrashRounds } from './crash-rounds'
import { sqliteSite } from './site'
import { tornLogFlaws } from './torn-log'

/**
 * Processes that write one SQLite file, killed. With `synchronous: 'normal'` the file is looked at once more as a power
 * failure could have left it: without the end of its write-ahead log.
 */
export async function crashOnSqlite(part: CrashPart, synchronous: 'normal' | 'full'): Promise<void> {
  const { random, tally } = part
  await runCrashRounds(part, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'indwell-torture-'))
    const filename = join(directory, 'directory.db')
    // Rarely moved into the database, or all the time; a log that was moved cannot be torn any more.
    const walAutocheckpointPages = random.oneOf([16_000, 16_000, 1000, 20])
    return {
      location: { filename, pragmas: { synchronous, walAutocheckpointPages } },
      settled: async () => undefined,
      inspect: async (calls) =>
        synchronous === 'normal' && walAutocheckpointPages === 16_000
          ? tornLogFlaws(filename, calls, random, tally)
          : [],
      open: () => sqliteSite(filename),
      remove: () => rm(directory, { recursive: true }),
    }
  })
}
