import type { DirectoryStorage } from '../storage/directory-storage'
import { traceWork } from './trace-work'
import type { TracedAsk, Tracing } from './tracing'

/** What a core asks a storage for. */
export type AskedStorage = Pick<
  DirectoryStorage,
  | 'isLocal'
  | 'checksUnread'
  | 'load'
  | 'search'
  | 'explainSearch'
  | 'readEvents'
  | 'commit'
  | 'commitUnread'
  | 'rewriteEvents'
>

export interface TracedStorage {
  readonly storage: AskedStorage
  /** Notes whose each question is before it waits for others, so that a batch still knows. */
  noting<Question extends object, Answer>(
    ask: (question: Question, signal?: AbortSignal) => Promise<Answer>,
  ): (question: Question, signal?: AbortSignal) => Promise<Answer>
  /** As `noting`, of commits that go to the storage one by one, in a way of their own. */
  single<Question extends object, Answer>(
    ask: (question: Question, signal?: AbortSignal) => Promise<Answer>,
  ): (question: Question, signal?: AbortSignal) => Promise<Answer>
  /** Runs `work` for whoever the question is of. */
  forCallerOf<T>(question: object, work: () => T): T
}

export function traceStorage(
  storage: AskedStorage & Pick<DirectoryStorage, 'system'>,
  tracing: Tracing,
): TracedStorage {
  const callers = new WeakMap<object, unknown>()
  const { isLocal = false, system = 'other_sql' } = storage
  const asking = <T>(operation: TracedAsk['operation'], questions: readonly object[] | undefined, ask: () => T): T => {
    const whose = questions?.map((question) => callers.get(question)) ?? [tracing.caller()]
    return traceWork(tracing.beginAsk({ operation, system, isLocal, size: whose.length, callers: whose }), ask)
  }
  const { commitUnread, explainSearch } = storage
  return {
    storage: {
      ...(isLocal && { isLocal }),
      ...(storage.checksUnread && { checksUnread: true }),
      load: (instanceId, reads) => asking('load', reads, () => storage.load(instanceId, reads)),
      commit: (instanceId, commits) => asking('commit', commits, () => storage.commit(instanceId, commits)),
      ...(commitUnread && {
        commitUnread: (instanceId, commits) =>
          asking('commitUnread', commits, () => commitUnread.call(storage, instanceId, commits)),
      }),
      search: (instanceId, search) => asking('search', undefined, () => storage.search(instanceId, search)),
      ...(explainSearch && {
        explainSearch: (instanceId, search) =>
          asking('explainSearch', undefined, () => explainSearch.call(storage, instanceId, search)),
      }),
      readEvents: (instanceId, query) => asking('readEvents', undefined, () => storage.readEvents(instanceId, query)),
      rewriteEvents: (instanceId, aggregate, rewrite) =>
        asking('rewriteEvents', undefined, () => storage.rewriteEvents(instanceId, aggregate, rewrite)),
    },
    noting: (ask) => (question, signal) => {
      // A copy: one object may be asked by several.
      const own = { ...question }
      callers.set(own, tracing.caller())
      return ask(own, signal)
    },
    single: (ask) => (question, signal) => asking('commit', undefined, () => ask(question, signal)),
    forCallerOf: (question, work) => tracing.within(callers.get(question), work),
  }
}
