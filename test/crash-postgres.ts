import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Ends the server of a data directory without letting it finish anything. Answers once all its processes are gone. */
export async function crashPostgres(databaseDir: string, how: 'immediate' | 'kill'): Promise<void> {
  const first = Number((await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n')[0])
  // Stopped, it starts no process that the list would not have. One that outlived the others could wait for them forever.
  process.kill(first, 'SIGSTOP')
  const children = (await livingProcesses()).filter(({ parent }) => parent === first).map(({ pid }) => pid)
  const pids = [first, ...children]
  if (how === 'kill') {
    for (const pid of pids) end(pid)
  } else {
    process.kill(first, 'SIGQUIT')
    process.kill(first, 'SIGCONT')
  }
  while ((await livingProcesses()).some(({ pid, parent }) => pids.includes(pid) || parent === first)) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** All but those that are dead and wait for somebody to notice. */
async function livingProcesses(): Promise<readonly { readonly pid: number; readonly parent: number }[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat='])
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, , state]) => pid !== '' && !state?.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }))
}
