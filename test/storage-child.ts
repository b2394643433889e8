import type { Commit, CommitOutcome, DirectoryStorage, Expectation } from '@indwell/core'

/** What a child process is asked to do with its storage. */
export type ChildTask =
  | { readonly task: 'migrate' }
  /** Writes what every other child writes too: one aggregate, several aggregates, a counter, claims. */
  | { readonly task: 'write'; readonly instanceId: string; readonly writer: number; readonly rounds: number }
  /** Writes one aggregate, says so after each answer, and never ends. */
  | { readonly task: 'write until killed'; readonly instanceId: string }

export interface TaskAnswer {
  readonly migrate: true
  readonly write: WriteAnswer
  readonly 'write until killed': never
}

export interface WriteAnswer {
  /** Sequences that commits answered, by user id. */
  readonly sequences: Readonly<Record<string, readonly string[]>>
  /** Claims taken. */
  readonly won: readonly string[]
  /** Claims refused. */
  readonly lost: readonly string[]
}

export const hotUser = 'hot'
export const counter = 'counter'
export const manyUsers: readonly string[] = Array.from({ length: 6 }, (_, index) => `user-${index}`)

/** Waits for tasks of the parent process and answers them. */
export function serveTasks(open: (location: string) => DirectoryStorage): void {
  const storage = open(process.argv[2]!)
  const tell = (message: { readonly kind: string; readonly body?: unknown; readonly failure?: string }) =>
    process.send!(message)

  process.on('message', (task: ChildTask) => {
    runTask(storage, task, (body) => tell({ kind: 'progress', body })).then(
      (body) => tell({ kind: 'answer', body }),
      (error: Error) => tell({ kind: 'answer', failure: `${error.stack}\n${describe(error.cause)}` }),
    )
  })
  process.on('disconnect', () => process.exit())
  tell({ kind: 'ready' })
}

const describe = (cause: unknown) => (cause instanceof Error ? `caused by ${cause.stack}` : '')

async function runTask(
  storage: DirectoryStorage,
  task: ChildTask,
  progress: (body: unknown) => void,
): Promise<unknown> {
  switch (task.task) {
    case 'migrate':
      await storage.migrate()
      return true
    case 'write':
      return write(storage, task)
    case 'write until killed':
      for (;;) progress(sequenceOf(await commitOne(storage, task.instanceId, change(hotUser, 'live'))))
  }
}

async function write(
  storage: DirectoryStorage,
  { instanceId, writer, rounds }: Extract<ChildTask, { task: 'write' }>,
): Promise<WriteAnswer> {
  const sequences: Record<string, string[]> = {}
  const note = (userId: string, outcome: CommitOutcome | undefined) => {
    sequences[userId] = [...(sequences[userId] ?? []), sequenceOf(outcome)]
  }
  const won: string[] = []
  const lost: string[] = []

  const writeRound = async (round: number) => {
    note(hotUser, await commitOne(storage, instanceId, change(hotUser, 'live')))
    const batch = manyUsers.map((_, index) => manyUsers[(index + writer) % manyUsers.length]!)
    const outcomes = await storage.commit(
      instanceId,
      batch.map((userId) => change(userId, 'live')),
    )
    for (const [index, outcome] of outcomes.entries()) note(batch[index]!, outcome)
    note(counter, await count(storage, instanceId))
    const value = `claim-${round}`
    const userId = `winner-${round}-${writer}`
    const outcome = await commitOne(storage, instanceId, takeClaim(userId, value))
    if (outcome.outcome === 'applied') won.push(value)
    else if (outcome.outcome === 'claim-taken') lost.push(value)
    else throw new Error(`a claim ended as ${outcome.outcome}`)
  }
  // Two at a time, so that the calls of one process meet each other as well as those of others.
  for (let round = 0; round < rounds; round += 2) await Promise.all([writeRound(round), writeRound(round + 1)])
  return { sequences, won, lost }
}

/** Reads, decides and writes until nobody came in between. */
async function count(storage: DirectoryStorage, instanceId: string): Promise<CommitOutcome> {
  for (;;) {
    const [aggregate] = await storage.load(instanceId, [{ read: 'aggregate', key: { type: 'user', id: counter } }])
    const { revision } = aggregate as { revision: number }
    const outcome = await commitOne(storage, instanceId, change(counter, { revision }))
    if (outcome.outcome !== 'stale') return outcome
  }
}

async function commitOne(storage: DirectoryStorage, instanceId: string, commit: Commit): Promise<CommitOutcome> {
  const [outcome] = await storage.commit(instanceId, [commit])
  return outcome!
}

function sequenceOf(outcome: CommitOutcome | undefined): string {
  if (outcome?.outcome !== 'applied') throw new Error(`a commit ended as ${outcome?.outcome}`)
  return outcome.sequences[0]!
}

export function change(userId: string, expect: Expectation): Commit {
  return {
    at: Date.now(),
    actor: { type: 'system', id: '', reason: 'test' },
    aggregates: [
      {
        key: { type: 'user', id: userId },
        expect,
        owner: 'acme',
        events: [{ type: 'touched', payload: {} }],
        revise: true,
      },
    ],
  }
}

function takeClaim(userId: string, value: string): Commit {
  return { ...change(userId, 'new'), takeClaims: [{ type: 'name', value, ownerType: 'user', ownerId: userId }] }
}
