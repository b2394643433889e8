import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
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

interface LivingProcess {
  readonly pid: number
  readonly parent: number
}

/** All but those that are dead and wait for somebody to notice. */
async function livingProcesses(): Promise<readonly LivingProcess[]> {
  const found = process.platform === 'linux' ? await procProcesses() : await listedProcesses()
  return found.flatMap(([pid, parent, state]) => (state.startsWith('Z') ? [] : [{ pid, parent }]))
}

type ProcessRow = readonly [pid: number, parent: number, state: string]

/** Slim images of Linux have no `ps`. */
async function procProcesses(): Promise<readonly ProcessRow[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger)
  const rows = pids.map(async (pid): Promise<ProcessRow[]> => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    if (stat === undefined) return []
    // Behind the name, which may hold anything.
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [[pid, Number(parent), state]]
  })
  return (await Promise.all(rows)).flat()
}

async function listedProcesses(): Promise<readonly ProcessRow[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat='])
  return stdout.split('\n').flatMap((line): ProcessRow[] => {
    const [pid, parent, state] = line.trim().split(/\s+/)
    return state === undefined ? [] : [[Number(pid), Number(parent), state]]
  })
}
