import { directoryEventTypes } from '@indwell/core'
import type { Admin } from '../binding'
import { eventTypeMessage } from './event-message'

export const listEventTypes: Admin<'ListEventTypes'> = {
  async handle({ caller }) {
    await caller.requirePermission('events.read')
    return { eventTypes: directoryEventTypes.map(eventTypeMessage) }
  },
}
