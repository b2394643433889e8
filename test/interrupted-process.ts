import { fork } from 'node:child_process'
import type { ChildScript } from './child-processes'

/** Runs the script to its end. `killed`: it ended by SIGKILL; otherwise it was done. */
export async function runToEnd(script: ChildScript, ...args: readonly string[]): Promise<'killed' | 'done'> {
  const child = fork(script.file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
  const [code, signal] = await new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (code, signal) => resolve([code, signal]))
  })
  if (signal === 'SIGKILL') return 'killed'
  if (code !== 0) throw new Error(`the child ended with ${code ?? signal}`)
  return 'done'
}
