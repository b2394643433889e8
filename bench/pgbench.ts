import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createDirectory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { concurrently, median } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'
import type { Workload } from './workload'

const execute = promisify(execFile)
const rounds = 5
/** `pgbench` takes whole seconds. */
const roundSeconds = 1
/** A hundred thousand accounts each. */
const branches = 5

/**
 * Writes in a second with as many callers as connections, to transactions in a second of `pgbench -N` with as many clients, in
 * turns on one server. Without `pgbench` there are no such rows.
 */
export async function benchPgbench(url: string, { userIds }: Workload, wanted: Wanted): Promise<readonly Row[]> {
  const all = [8, 20].map((callers) => ({
    name: `set metadata, ${callers} connections`,
    database: 'postgres',
    callers,
  }))
  const sought = all.filter(wanted)
  if (sought.length === 0) return []
  const program = findPgbench()
  if (program === undefined) {
    console.error('there is no pgbench here: the rows beside it are missing')
    return []
  }
  await execute(program, ['--initialize', '--quiet', `--scale=${branches}`, url])

  const rows: Row[] = []
  for (const row of sought) {
    const directory = await createDirectory({ storage: postgresStorage({ connectionString: url, max: row.callers }) })
    const system = directory.asSystem('bench')
    let unique = 0
    const write = (number: number) => {
      unique += 1
      return system.users.metadata(userIds[number % userIds.length]!).set({ key0: { plan: 'full', seats: unique } })
    }
    const theirs: number[] = []
    const ours: number[] = []
    try {
      await concurrently(50 * row.callers, row.callers, write)
      for (let round = 0; round < rounds; round += 1) {
        theirs.push(await transactionsPerSecond(program, url, row.callers))
        ours.push(await writesPerSecond(row.callers, write))
      }
    } finally {
      await directory.close()
    }
    const ratio = median(ours.map((perSecond, round) => perSecond / theirs[round]!))
    rows.push({ ...row, ratio, floorPerSecond: Math.max(...theirs), ownPerSecond: Math.max(...ours) })
  }
  return rows
}

/** Of the newest version that is installed. */
function findPgbench(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root) : []
  return versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin', 'pgbench'))
    .find((file) => existsSync(file))
}

async function transactionsPerSecond(program: string, url: string, clients: number): Promise<number> {
  const { stdout } = await execute(program, [
    '--skip-some-updates',
    '--no-vacuum',
    `--client=${clients}`,
    '--jobs=2',
    `--time=${roundSeconds}`,
    url,
  ])
  return Number(/^tps = ([\d.]+)/m.exec(stdout)![1])
}

async function writesPerSecond(callers: number, write: (number: number) => Promise<unknown>): Promise<number> {
  let written = 0
  const started = performance.now()
  const end = started + roundSeconds * 1000
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < end) {
        written += 1
        await write(written)
      }
    }),
  )
  return (written * 1000) / (performance.now() - started)
}
