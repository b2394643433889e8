import type { CodeMessage, Outbox } from '../codes/outbox'
import type { EventBus } from '../events/event-bus'
import type { StoredEvent } from '../storage/records'

/** What a commit has to tell once its transaction is committed. */
export interface Announcement {
  readonly events: () => readonly StoredEvent[]
  readonly messages: readonly CodeMessage[]
}

export interface HeldAnnouncements {
  readonly events: EventBus
  readonly outbox: Outbox
  add(announcements: readonly Announcement[]): void
  /** Takes out what is held, in the order in which it came. */
  take(): readonly Announcement[]
}

/** Stands in for who announces and who sends, as long as nobody knows whether there will be anything to tell. */
export function holdAnnouncements(tellers: Tellers): HeldAnnouncements {
  let held: Announcement[] = []
  return {
    events: {
      on: tellers.events.on,
      onWritten: tellers.events.onWritten,
      announce(events) {
        held.push({ events, messages: [] })
      },
    },
    outbox: {
      isOpen: tellers.outbox.isOpen,
      // Codes come with the events of the commit that was announced last.
      send(messages) {
        const last = held.at(-1)
        if (messages.length > 0 && last !== undefined) held[held.length - 1] = { ...last, messages }
      },
    },
    add(announcements) {
      held.push(...announcements)
    },
    take() {
      const taken = held
      held = []
      return taken
    },
  }
}

export interface Tellers {
  readonly events: EventBus
  readonly outbox: Outbox
}

export function tell({ events, outbox }: Tellers, announcements: readonly Announcement[]): void {
  for (const announcement of announcements) {
    events.announce(announcement.events)
    outbox.send(announcement.messages)
  }
}
