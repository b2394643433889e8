import type { Actor } from '../actor'
import { isDirectoryError } from '../errors/directory-error'
import { HookRefusedError } from '../errors/hook-refused-error'
import type { EventBus } from '../events/event-bus'
import type { StoredEvent } from '../storage/records'
import type { TransactionDirectory } from './transaction-directory'

/** A call that writes, before anything is read for it. */
export interface HookCall {
  /** As in `users.createHuman`, `members.add`, `metadata.apply`. */
  readonly method: string
  readonly actor: Actor
  /** What the method was bound to: the subject and namespace of metadata, the place of members, the org of domains. */
  readonly about: readonly unknown[]
  /** As the caller gave them, and not looked at yet. */
  readonly args: readonly unknown[]
}

/** A commit whose rows are there, in a transaction that is not committed yet. */
export interface HookCommit<Connection = unknown> {
  readonly events: readonly StoredEvent[]
  /** Reads and writes in the same transaction. What it writes calls no hook `inTransaction` again. */
  readonly directory: TransactionDirectory
  /** For the host's own rows; absent in a transaction of the host, which has one. */
  readonly connection?: Connection
}

/** What the host does along with writes. Of whatever a hook throws, {@link HookRefusedError} says when. */
export interface Hooks<Connection = unknown> {
  /** Before each call that writes, also of one that is refused later on. It throws to refuse, and changes nothing. */
  before?(call: HookCall): void | Promise<void>
  /**
   * For each commit, once its rows are there: what it throws takes all of it back. Commits are then made one by one, each
   * in a transaction that holds a connection until the hook is done.
   */
  inTransaction?(commit: HookCommit<Connection>): void | Promise<void>
  /** For each commit, once it is there for good; nobody waits for it. What it throws goes to `onListenerError`. */
  afterCommit?(events: readonly StoredEvent[]): void | Promise<void>
}

/** Runs a hook, and makes what it throws an error of the closed list, unless it is one. */
export async function askHook(hook: 'before' | 'inTransaction', ask: () => void | Promise<void>): Promise<void> {
  try {
    await ask()
  } catch (error) {
    throw isDirectoryError(error) ? error : new HookRefusedError(hook, { cause: error })
  }
}

/** Tells the hook of events before the listeners. */
export function tellAfterCommit(
  bus: EventBus,
  afterCommit: Hooks['afterCommit'],
  onError: (error: unknown, event: StoredEvent) => void,
): EventBus {
  if (afterCommit === undefined) return bus
  return {
    on: bus.on,
    onWritten: bus.onWritten,
    announce(eventsOf) {
      const events = eventsOf()
      const [first] = events
      if (first === undefined) return
      Promise.resolve(events)
        .then(afterCommit)
        .catch((error: unknown) => onError(error, first))
        .catch(() => undefined)
      bus.announce(() => events)
    },
  }
}
