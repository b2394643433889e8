import type { Core } from '../core'
import type { EventBus } from '../events/event-bus'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { Change } from './change'
import type { ChangeHandler, Consumer, ConsumerOptions } from './consumer'
import { createConsumer } from './create-consumer'
import { type ChangesOptions, followChanges } from './follow-changes'
import { wakingOf } from './waking'

/** What a directory offers to those who follow it. */
export interface DirectoryChanges {
  /**
   * Every change of the directory behind a position, by whichever process, and those to come: each at least once, those of
   * one aggregate in the order of their sequences. Go on `after` the position of the last one. Nothing is read before it is
   * asked for; it ends with the signal, or when the directory is closed.
   *
   * @throws {@link InvalidInputError} for a position the storage never answered, or options that are none.
   * @throws {@link StorageUnavailableError} when the storage cannot be asked; go on after the last position then.
   */
  changes(options?: ChangesOptions): AsyncGenerator<Change, void, undefined>
  /**
   * Follows the changes from now on in this process, with a place of its own that is kept in the database under the name:
   * each change at least once, those of one aggregate one after the other. Of all processes that ask for the same name one
   * at a time works, and another takes over when it ends or falls silent.
   *
   * @throws {@link InvalidInputError} for a name that is none, or options that are none.
   * @throws {@link StorageUnavailableError} `incompatible` where the storage keeps no consumers.
   */
  consumer(name: string, handler: ChangeHandler, options?: ConsumerOptions): Consumer
}

/** @returns also what ends all of them. */
export function directoryChanges(
  core: Core,
  storage: DirectoryStorage,
  events: Pick<EventBus, 'onWritten'>,
): { readonly offered: DirectoryChanges; end(): Promise<void> } {
  const closing = new AbortController()
  const waking = wakingOf(events, storage)
  const consumers = new Set<Consumer>()
  return {
    offered: {
      changes: (options) => followChanges(core, waking, closing.signal, options),
      consumer(name, handler, options) {
        const consumer = createConsumer(core, storage, waking, name, handler, options)
        consumers.add(consumer)
        return consumer
      },
    },
    async end() {
      closing.abort()
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
    },
  }
}
