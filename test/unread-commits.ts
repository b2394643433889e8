import {
  type ActingDirectory,
  createDirectory,
  type Directory,
  type DirectoryOptions,
  type DirectoryStorage,
  type StoredEvent,
} from '@indwell/core'
import fc from 'fast-check'
import { expect } from 'vitest'

/** A directory on a storage that is migrated, the system acting on it, and what a listener was told from its start. */
export interface ListenedDirectory {
  readonly directory: Directory
  readonly system: ActingDirectory
  readonly announced: readonly StoredEvent[]
}

export async function openListened(
  storage: DirectoryStorage,
  instanceId: string,
  options: Partial<DirectoryOptions> = {},
): Promise<ListenedDirectory> {
  const directory = await createDirectory({ storage, instanceId, migrate: false, ...options })
  const announced: StoredEvent[] = []
  directory.on('*', (event) => {
    announced.push(event as StoredEvent)
  })
  return { directory, system: directory.asSystem('test'), announced }
}

/** The whole log, page by page. */
export async function logOf(directory: Directory): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = []
  for (;;) {
    const after = events.at(-1)?.position
    const page = await directory.asSystem('test').events({ limit: 1000, ...(after !== undefined && { after }) })
    events.push(...page)
    if (page.length === 0) return events
  }
}

/** That random sets leave the same answers, entries, log and announcements on a storage and on one that has to read. */
export async function expectSameAsWithReads(storage: DirectoryStorage, numRuns: number): Promise<void> {
  const { commitUnread, ...reading } = storage
  expect(commitUnread).toBeDefined()
  const key = fc.constantFrom('plan', 'a"b\\c', 'ключ', ' ', '$1')
  const value = fc.oneof(
    fc.constantFrom<unknown>('gold', '', 'NULL', null, 0, true, { nested: ['{"', '\\x00', '€'] }),
    fc.constantFrom(new Uint8Array(), new Uint8Array([0, 92, 34, 255])),
  )
  const set = fc.record({
    subject: fc.constantFrom('user', 'org', 'client'),
    values: fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(set, { maxLength: 8 }), async (sets) => {
      const results = []
      for (const tried of [storage, reading]) {
        let now = 1_700_000_000_000
        let id = 0
        const { directory, system, announced } = await openListened(tried, crypto.randomUUID(), {
          clock: () => now,
          newId: () => `id-${++id}`,
        })
        const { userId } = await system.users.createHuman({ userName: 'ada' })
        const { clientId } = await system.clients.create({ name: 'app' })
        const subjects = {
          user: system.users.metadata(userId),
          org: system.orgs.metadata(directory.defaultOrgId),
          client: system.clients.metadata(clientId),
        }
        const answers = []
        for (const { subject, values } of sets) {
          now += 1000
          answers.push(await subjects[subject as keyof typeof subjects].set(values as [string, string][]))
        }
        const entries = []
        for (const subject of Object.values(subjects)) entries.push((await subject.list()).items)
        const log = await logOf(directory)
        // What listeners hear is what is in the log.
        expect(announced.slice(-log.length)).toEqual(log.slice(-announced.length))
        results.push({
          answers,
          entries,
          log: log.filter(({ aggregate }) => aggregate.type !== 'instance').map(({ position, ...event }) => event),
        })
      }
      expect(results[0]).toEqual(results[1])
    }),
    { numRuns },
  )
}
