import { type Directory, isDirectoryError } from '@indwell/core'
import { say } from '../child-line'
import type { Lane } from '../operations/lane'
import type { Operation } from '../operations/operation'

/** Reads at a time, so that many connections of a pool are tried. */
const readers = 4

/** Makes a call as a lane does, and answers what became of it. */
type Call = (lane: Lane, operation: Operation) => Promise<string>

/**
 * Counts in one entry, and reads it all the while: no read that begins after a number was answered may see a smaller one.
 *
 * @param turn - Resolves when the next write may begin.
 */
export async function watchCounter(
  directory: Directory,
  lane: Lane,
  turn: () => Promise<void>,
  call: Call,
): Promise<never> {
  let userId = ''
  const create = (): Operation => {
    userId = lane.fresh()
    return {
      kind: 'create what is counted',
      events: ['user.machine.added'],
      run: ({ users }) => users.createMachine({ userId, userName: userId, name: 'Counter' }),
      answered: () => undefined,
    }
  }
  // Of one whose outcome nobody knows it is not known whether it is there.
  while ((await call(lane, create())) !== 'answered') await turn()
  let answered = 0
  let next = 0
  for (let reader = 0; reader < readers; reader++) void read()
  for (;;) {
    await turn()
    const value = ++next
    await call(lane, {
      kind: 'count',
      events: ['user.metadata.set'],
      run: ({ users }) => users.metadata(userId, 'app').set({ count: value }),
      answered: () => {
        answered = value
      },
    })
  }

  async function read(): Promise<never> {
    for (;;) {
      const known = answered
      const begun = Date.now()
      try {
        const { count = 0 } = await directory.asSystem('reader').users.metadata(userId, 'app').values()
        if (Number(count) < known) say({ said: 'flaw', text: `read ${count} after ${known} was answered` })
      } catch (error) {
        const code = isDirectoryError(error) ? error.code : String(error)
        say({ said: 'refused read', code, ms: Date.now() - begun })
        if (code !== 'storage_unavailable') say({ said: 'flaw', text: `a read was refused: ${code}` })
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
