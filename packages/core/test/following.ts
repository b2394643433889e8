import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createDirectory, type DirectoryStorage, type KeyChange } from '@indwell/core'
import { expect } from 'vitest'

interface Handled {
  readonly subject: string
  readonly sequence: string
  readonly metadata: readonly KeyChange[]
}

const writers = 4
const rounds = 20

/**
 * Four processes write while another consumes that is killed and started again, several times: nothing is missed, and what
 * each of them handles of a subject is in its order.
 */
export async function expectToFollowThroughKills(
  file: string,
  location: string,
  storage: DirectoryStorage,
): Promise<void> {
  const directory = await createDirectory({ storage })
  const { orgs, users } = directory.asSystem('test')
  await orgs.create({ orgId: 'acme', name: 'Acme' })
  for (let user = 0; user < 5; user++) {
    await users.createHuman({ userId: `user-${user}`, orgId: 'acme', userName: `user-${user}` })
  }
  const running = new Set<ChildProcess>()
  const start = (...options: readonly string[]) => {
    const child = fork(file, [location, ...options], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
    running.add(child)
    child.once('exit', () => running.delete(child))
    return child
  }
  const runs: Handled[][] = []
  const seen = new Set<string>()
  const consume = () => {
    const handled: Handled[] = []
    runs.push(handled)
    const child = start('consume')
    child.on('message', (message: Handled) => {
      handled.push(message)
      seen.add(`${message.subject} ${message.sequence}`)
    })
    return child
  }
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  try {
    const total = writers * rounds * 2
    const written = Array.from({ length: writers }, (_, writer) =>
      once(start('write', String(writer), String(rounds)), 'message'),
    )
    for (const share of [0.2, 0.5, 0.8]) {
      const child = consume()
      await until(() => seen.size >= total * share)
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    consume()
    await Promise.all(written)
    await until(() => seen.size >= total)

    const log = await storage.readEvents('default', { types: ['user.metadata.set'], limit: 100_000 })
    expect(log).toHaveLength(total)
    expect([...seen].sort()).toEqual(log.map(({ aggregate, sequence }) => `${aggregate.id} ${sequence}`).sort())
    for (const handled of runs) {
      for (const userId of new Set(handled.map(({ subject }) => subject))) {
        const sequences = handled.filter(({ subject }) => subject === userId).map(({ sequence }) => Number(sequence))
        // Who was taken to have fallen silent handles some again; what is new comes in order.
        const first = [...new Set(sequences)]
        expect(first).toEqual([...first].sort((one, other) => one - other))
      }
    }
    // What was before is what the writer had set before, whoever came in between.
    for (const { metadata } of runs.flat()) {
      const [{ key, before, after } = { key: '', before: undefined, after: undefined }] = metadata
      expect(key).toMatch(/^w\d$/)
      if (before !== undefined) expect(Number(before)).toBeLessThan(Number(after))
    }
    expect(runs.flat().filter(({ metadata }) => metadata[0]?.before === undefined).length).toBeGreaterThanOrEqual(20)
  } finally {
    for (const child of running) child.kill('SIGKILL')
    await directory.close()
  }
}
