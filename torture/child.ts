import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { ChildLine } from './child-line'

/** A process that works for a part, and every line that it said. */
export interface Child {
  readonly lines: readonly ChildLine[]
  /** Rejects when the process ends before it said so. */
  until(said: ChildLine['said'], from?: number): Promise<void>
  send(message: 'pause' | 'resume'): void
  /** Ends it with a signal that it cannot handle, and answers once all that it said is there. */
  kill(): Promise<void>
  /** Answers once it ended by itself. */
  ended(): Promise<void>
}

/** @param before - What the command begins with. */
export function startChild(file: string, task: object, before: readonly string[] = []): Child {
  const lines: ChildLine[] = []
  const listeners = new Set<() => void>()
  const [program = process.execPath, ...given] = before.length === 0 ? [] : [...before, process.execPath]
  const child: ChildProcess = spawn(program, [...given, file, JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'ipc'],
  })
  let over = false
  const gone = new Promise<void>((resolve) => {
    const reader = createInterface({ input: child.stdio[3] as Readable, crlfDelay: Number.POSITIVE_INFINITY })
    reader.on('line', (line) => {
      lines.push(parsed(line))
      for (const listener of [...listeners]) listener()
    })
    // Both: the pipe has to be read to its end, and the process has to be gone.
    const ended = new Promise((done) => child.once('exit', done))
    const closed = new Promise((done) => reader.once('close', done))
    Promise.all([ended, closed]).then(() => {
      over = true
      for (const listener of [...listeners]) listener()
      resolve()
    })
  })

  return {
    lines,
    until: (said, from = 0) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.slice(from).some((line) => line.said === said)
          if (!found && !over) return
          listeners.delete(look)
          if (found) resolve()
          else reject(new Error(`a child ended before it said ${said}: ${flawsIn(lines).join(', ')}`))
        }
        listeners.add(look)
        look()
      }),
    send: (message) => void child.send(message),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    ended: () => gone,
  }
}

/** A process that is killed says no half line: each is one write. Were it otherwise, it would show. */
function parsed(line: string): ChildLine {
  try {
    return JSON.parse(line) as ChildLine
  } catch {
    return { said: 'flaw', text: `a child said ${line.slice(0, 100)}` }
  }
}

export function flawsIn(lines: readonly ChildLine[]): readonly string[] {
  return lines.flatMap((line) => (line.said === 'flaw' ? [line.text] : []))
}
