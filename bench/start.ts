import { spawnSync } from 'node:child_process'
import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { median } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'

const times = 11

/**
 * What a test suite waits for: `@indwell/core` as it is published, and directories in memory behind the first one. Beside it, with
 * no mark, what `@indwell/grpc-adapter` costs whoever imports it, the HTTP adapter that it stands on included.
 */
export async function benchStart(wanted: Wanted): Promise<readonly Row[]> {
  const importing = { database: 'none', callers: 1 }
  const opening = { name: 'fresh directory in memory, ms', database: 'sqlite', callers: 1 }
  const rows: Row[] = []
  for (const name of ['core', 'grpc-adapter']) {
    const [ms, memory] = ['ms', 'MB'].map((unit) => ({ ...importing, name: `import ${name}, ${unit}` }))
    const runs = wanted(ms!) || wanted(memory!) ? Array.from({ length: times }, () => importOf(`@indwell/${name}`)) : []
    if (wanted(ms!)) rows.push({ ...ms!, ratio: median(runs.map((run) => run.ms)) })
    if (wanted(memory!)) rows.push({ ...memory!, ratio: median(runs.map((run) => run.megabytes)) })
  }
  if (wanted(opening)) {
    await freshDirectoryMs()
    const fresh: number[] = []
    for (let index = 0; index < times; index += 1) fresh.push(await freshDirectoryMs())
    rows.push({ ...opening, ratio: median(fresh) })
  }
  return rows
}

/** Time, and what the process has grown by. */
function importOf(name: string): { readonly ms: number; readonly megabytes: number } {
  const program = `const before = process.memoryUsage.rss()
    const started = performance.now()
    await import('${name}')
    const ms = performance.now() - started
    console.log(JSON.stringify({ ms, megabytes: (process.memoryUsage.rss() - before) / 2 ** 20 }))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

async function freshDirectoryMs(): Promise<number> {
  const started = performance.now()
  const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
  const elapsed = performance.now() - started
  await directory.close()
  return elapsed
}
