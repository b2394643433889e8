import { createDirectory, type DirectoryStorage } from '@indwell/core'
import { forwardingStorage } from './database/forwarding-storage'
import { openMemoryDatabase } from './database/memory-database'
import { openPostgresDatabase } from './database/postgres-database'
import type { DatabaseCopy, SavedContent } from './database/test-database'
import { createFactories } from './factories/factories'
import type { Faults } from './faults/faults'
import { faultyStorage } from './faults/faulty-storage'
import { lateSearches } from './faults/late-searches'
import { requestFaults } from './faults/request-faults'
import { storageFaults } from './faults/storage-faults'
import { createSources, maxSeed, type Sources, type SourcesState } from './sources/sources'
import { parseTime } from './sources/test-clock'
import type { TestDirectory, TestSnapshot } from './test-directory'
import type { TestDirectoryOptions } from './test-directory-options'
import { openTestFaces } from './test-faces'

const defaultStart = Date.UTC(2026, 0, 1)

/**
 * Makes a directory for a test: the real one, with the real faces, on SQLite in memory or on Postgres. Nothing in it is
 * chance, and its clock stands still.
 *
 * The first one of a process makes the tables; those after it take a few milliseconds.
 *
 * @example
 * ```ts
 * const t = await createTestDirectory()
 * const management = new ManagementClient(t.auth0)
 * // …
 * await t.close()
 * ```
 *
 * @throws {@link RangeError} for what is no seed or no time.
 * @throws what `createDirectory` throws for `options.directory`.
 */
export async function createTestDirectory(options: TestDirectoryOptions = {}): Promise<TestDirectory> {
  const { seed = 0, now = defaultStart, postgres } = options
  if (!Number.isInteger(seed) || seed < 0 || seed > maxSeed) throw new RangeError(`seed is not 0 to ${maxSeed}`)
  const sources = createSources(seed, parseTime(now))
  const openEmpty = () => (postgres === undefined ? openMemoryDatabase() : openPostgresDatabase(postgres))
  const origin: Origin = { options, openEmpty, begin: sources.save(), family: new WeakMap() }
  const key = postgres === undefined ? keyOf(options) : undefined
  if (key === undefined) return assemble(origin, await openEmpty(), sources)

  let first = firsts.get(key)
  if (first === undefined) {
    first = await makeFirst(origin, sources)
    if (firsts.size >= maxFirsts) firsts.delete(firsts.keys().next().value!)
    firsts.set(key, first)
  }
  sources.restore(first.base.sources)
  return assemble(origin, await first.base.content.open(), sources, first)
}

/** In memory all directories of the same options are forks of one that nothing was done to. */
const firsts = new Map<string, Parent>()

/** A suite may begin every test at another time. Each takes some 300 kB. */
const maxFirsts = 16

/** What decides how a directory begins; `undefined` where code of the host's does. */
function keyOf({ directory, seed, now, token }: TestDirectoryOptions): string | undefined {
  let isPlain = true
  const key = JSON.stringify([directory, seed, now, token], (_, value: unknown) => {
    if (typeof value === 'function' || typeof value === 'bigint') isPlain = false
    return typeof value === 'bigint' ? String(value) : value
  })
  return isPlain ? key : undefined
}

async function makeFirst({ options, openEmpty }: Origin, sources: Sources): Promise<Parent> {
  const copy = await openEmpty()
  try {
    const { owner } = await openOwned(options, copy.storage, sources)
    return { base: { content: await copy.save(), sources: sources.save() }, owner }
  } finally {
    await copy.close()
  }
}

/** What a directory and its forks have in common. */
interface Origin {
  readonly options: TestDirectoryOptions
  readonly openEmpty: () => Promise<DatabaseCopy>
  readonly begin: SourcesState
  /** The snapshots of all of them. */
  readonly family: WeakMap<TestSnapshot, Kept>
}

interface Kept {
  readonly content: SavedContent
  readonly sources: SourcesState
}

interface Parent {
  /** As it was when it was forked. */
  readonly base: Kept
  readonly owner: TestDirectory['owner']
}

/** @param parent - Absent: there is nothing yet. */
async function assemble(
  origin: Origin,
  first: DatabaseCopy,
  sources: Sources,
  parent?: Parent,
): Promise<TestDirectory> {
  const { options, openEmpty, begin, family } = origin
  let copy = first
  let closing: Promise<void> | undefined
  const saved = new Set<SavedContent>(parent && [parent.base.content])
  const onStorage = storageFaults()
  const onRequests = requestFaults()
  const late = lateSearches(() => copy)
  const storage = forwardingStorage(first.storage, () => copy)

  const keep = async (): Promise<Kept> => ({ content: await copy.save(), sources: sources.save() })
  const exchangeContent = async (next: DatabaseCopy, state: SourcesState) => {
    const old = copy
    await storage.idle()
    copy = next
    sources.restore(state)
    await old.close()
    await late.settle()
  }
  const closeAll = async () => {
    onRequests.clear()
    await late.stop()
    await directory.close()
    await copy.close()
    for (const content of saved) await content.drop()
  }

  const { directory, owner } = await openOwned(options, faultyStorage(storage, onStorage, late), sources, parent).catch(
    async (error: unknown) => {
      await first.close()
      throw error
    },
  )
  const faults: Faults = {
    next: onStorage.arm,
    rateLimit: onRequests.rateLimit,
    slow: onRequests.slow,
    eventualSearch: ({ behind = Number.POSITIVE_INFINITY } = {}) => late.start(behind),
    settle: late.settle,
    clear() {
      onStorage.clear()
      onRequests.clear()
      return late.stop()
    },
  }
  const close = () => {
    closing ??= closeAll()
    return closing
  }

  return {
    directory,
    owner,
    ...openTestFaces(directory, owner.token, options, onRequests),
    clock: sources.clock,
    factories: createFactories(directory, sources.next),
    faults,
    async snapshot() {
      const kept = await keep()
      saved.add(kept.content)
      const snapshot = Object.freeze({}) as TestSnapshot
      family.set(snapshot, kept)
      return snapshot
    },
    async restore(snapshot) {
      const kept = family.get(snapshot)
      if (kept === undefined) throw new TypeError('the snapshot is of another directory')
      await exchangeContent(await kept.content.open(), kept.sources)
    },
    async fork() {
      const base = await keep()
      const ofFork = createSources(options.seed ?? 0, base.sources.now)
      ofFork.restore(base.sources)
      return assemble(origin, await base.content.open(), ofFork, { base, owner })
    },
    async reset() {
      await faults.clear()
      if (parent !== undefined) {
        await exchangeContent(await parent.base.content.open(), parent.base.sources)
        return
      }
      await exchangeContent(await openEmpty(), begin)
      // The same calls as the first time come to the same ids: what is outside knows of no other directory.
      await openOwned(options, storage, sources)
    },
    close,
    [asyncDispose]: close,
  }
}

/** @param parent - Absent: it has no owner yet. */
async function openOwned(
  options: TestDirectoryOptions,
  storage: DirectoryStorage,
  { clock, newId, randomBytes }: Sources,
  parent?: Parent,
): Promise<Pick<TestDirectory, 'directory' | 'owner'>> {
  const { token } = options
  const directory = await createDirectory({
    ...options.directory,
    storage,
    migrate: false,
    clock: clock.now,
    newId,
    randomBytes,
  })
  if (parent !== undefined) return { directory, owner: parent.owner }
  const owner = await directory.bootstrapOwner(token === undefined ? {} : { token })
  if (!owner.created) throw new Error('an empty directory has an owner already')
  return { directory, owner: { userId: owner.userId, orgId: owner.orgId, token: owner.token } }
}

/** Node 20 gives it to its own realm alone, and none to that of jest. */
const asyncDispose: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose)
