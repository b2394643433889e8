import { type Answered, isLater } from '../storage/answered'
import type { Commit, UnreadOutcome } from '../storage/commit'
import type { CommitWriter, DirectoryStorage, StorageReads } from '../storage/directory-storage'
import type { HistoryRewriter } from '../storage/event-rewrite'
import type { Read, ReadResult } from '../storage/read'
import type { Claim, ClaimRecord, EntryRecord } from '../storage/records'
import type { Page, Search, SearchResult } from '../storage/search'
import type { TransactionStorage } from '../storage/transactions'
import {
  entriesAmong,
  holdsSealed,
  keyIdsOfEntries,
  keyIdsOfEvents,
  openEntry,
  openEvent,
  openReads,
} from './open-results'
import { isPlain, keyIdsOfCommit, keyIdsOfReplaced, sealCommit, sealReplaced } from './seal-commit'
import { sealSearch } from './seal-filter'
import type { Vault } from './vault'

type Complete = { readonly [Name in keyof Required<DirectoryStorage>]: DirectoryStorage[Name] | undefined }

/**
 * The port with the encrypted keys of a definition in the clear: what goes to the storage is sealed on its way, what comes
 * from it is opened, and nothing else in core knows of it. Reads never fail for a key: see {@link UnreadableValue}.
 */
export function sealedStorage(storage: DirectoryStorage, vault: Vault): DirectoryStorage {
  const { isLocal, system, checksUnread, commitUnread, explainSearch, readReplica, within, transaction } = storage
  const all: Complete = {
    isLocal,
    system,
    checksUnread,
    ...sealedReads(storage, vault),
    commit: sealedCommit(storage, vault),
    commitUnread: commitUnread && ((instanceId, commits) => plainUnread(storage, vault, instanceId, commits)),
    rewriteEvents: sealedRewrite(storage, vault),
    explainSearch:
      explainSearch && ((instanceId, search) => explainSearch.call(storage, instanceId, sealSearch(vault, search))),
    // Keys are an instance's: whoever follows several has the storage itself.
    readAllEvents: undefined,
    listMetadataIndexes: (...given) => storage.listMetadataIndexes(...given),
    addMetadataIndexes: (...given) => storage.addMetadataIndexes(...given),
    removeMetadataIndexes: (...given) => storage.removeMetadataIndexes(...given),
    fillMetadataIndex: (...given) => storage.fillMetadataIndex(...given),
    bookmark: storage.bookmark?.bind(storage),
    readReplica: readReplica && ((atLeast) => sealedReads(readReplica.call(storage, atLeast), vault)),
    listConsumers: storage.listConsumers?.bind(storage),
    putConsumer: storage.putConsumer?.bind(storage),
    onWritten: storage.onWritten?.bind(storage),
    within: within && ((joined) => sealedTransaction(within.call(storage, joined), vault)),
    transaction:
      transaction &&
      ((work) =>
        transaction.call(storage, (inner, connection) =>
          work(sealedTransaction(inner, vault), connection),
        ) as ReturnType<typeof work>),
    migrate: () => storage.migrate(),
    close: () => storage.close(),
  }
  const there = Object.entries(all).filter(([, member]) => member !== undefined)
  return Object.fromEntries(there) as object as DirectoryStorage
}

function sealedReads(storage: StorageReads, vault: Vault): StorageReads {
  return {
    load(instanceId, reads) {
      const { asked, answersOf } = claimReads(vault, reads)
      return then(storage.load(instanceId, asked), (results) => {
        const answers = answersOf(results)
        const entries = entriesAmong(reads, answers)
        if (!holdsSealed(vault, entries)) return answers
        return vault.ring.with(keyIdsOfEntries(vault, entries), (keys) => openReads(vault, reads, answers, keys))
      })
    },
    async search<S extends Search>(instanceId: string, search: S): Promise<Page<SearchResult<S>>> {
      if (search.kind !== 'entry') return storage.search(instanceId, sealSearch(vault, search))
      const page = (await storage.search(instanceId, search)) as Page<EntryRecord>
      const opened = await vault.ring.with(keyIdsOfEntries(vault, page.items), (keys) => ({
        ...page,
        items: page.items.map((entry) => openEntry(vault, entry, keys)),
      }))
      return opened as object as Page<SearchResult<S>>
    },
    async readEvents(instanceId, query) {
      const events = await storage.readEvents(instanceId, query)
      return vault.ring.with(keyIdsOfEvents(vault, events), (keys) =>
        events.map((event) => openEvent(vault, event, keys)),
      )
    },
  }
}

const sealedCommit =
  (storage: Pick<CommitWriter, 'commit'>, vault: Vault): CommitWriter['commit'] =>
  (instanceId, commits) =>
    vault.sealing(
      () => commits.flatMap((commit) => [...keyIdsOfCommit(vault, commit)]),
      (keys) =>
        storage.commit(
          instanceId,
          commits.map((commit) => sealCommit(vault, commit, keys)),
        ),
    )

const sealedRewrite =
  (storage: HistoryRewriter, vault: Vault): HistoryRewriter['rewriteEvents'] =>
  (instanceId, aggregate, rewrite) =>
    later(
      vault.sealing(
        () => rewrite.replace.flatMap((event) => keyIdsOfReplaced(vault, aggregate, event)),
        (keys) => {
          const replace = rewrite.replace.map((event) => sealReplaced(vault, aggregate, event, keys))
          return storage.rewriteEvents(instanceId, aggregate, { ...rewrite, replace }).then((removed) => ({ removed }))
        },
      ),
    ).then(({ removed }) => removed)

/** The storage cannot tell whether an entry holds a value already that is another text each time: that takes reads. */
function plainUnread(
  storage: DirectoryStorage,
  vault: Vault,
  instanceId: string,
  commits: readonly Commit[],
): Answered<readonly UnreadOutcome[]> {
  const plain = commits.filter((commit) => isPlain(vault, commit))
  const answer = (outcomes: readonly UnreadOutcome[]) => {
    let next = 0
    return commits.map(
      (commit): UnreadOutcome => (isPlain(vault, commit) ? outcomes[next++]! : { outcome: 'declined' }),
    )
  }
  return plain.length === 0 ? answer([]) : then(storage.commitUnread!(instanceId, plain), answer)
}

function sealedTransaction(storage: TransactionStorage, vault: Vault): TransactionStorage {
  return {
    ...sealedReads(storage, vault),
    commit: sealedCommit(storage, vault),
    rewriteEvents: sealedRewrite(storage, vault),
    savepoint: (work) => storage.savepoint((inner) => work(sealedTransaction(inner, vault))),
  }
}

/** A claim is asked for as it is stored now, and as it was stored before its key was encrypted. */
function claimReads(vault: Vault, reads: readonly Read[]) {
  const before: { readonly place: number; readonly claim: Claim }[] = []
  const asked = reads.map((read, place): Read => {
    if (read.read !== 'claim') return read
    const claims = vault.claimsOf(read.claim)
    if (claims === undefined) return read
    if (claims.before !== undefined) before.push({ place, claim: claims.before })
    return { read: 'claim', claim: claims.stored }
  })
  return {
    asked: [...asked, ...before.map(({ claim }): Read => ({ read: 'claim', claim }))],
    answersOf(results: readonly ReadResult[]): readonly ReadResult[] {
      if (before.length === 0) return results
      const answers = results.slice(0, reads.length)
      for (const [index, { place, claim }] of before.entries()) {
        const found = (answers[place] ?? results[reads.length + index]) as ClaimRecord | undefined
        answers[place] = found && { ...found, ...claim }
      }
      return answers
    },
  }
}

function then<A extends object, B extends object>(
  answered: Answered<A>,
  next: (answer: A) => Answered<B>,
): Answered<B> {
  return isLater(answered) ? answered.then(next) : next(answered)
}

const later = async <T extends object>(answered: Answered<T>): Promise<T> => answered
