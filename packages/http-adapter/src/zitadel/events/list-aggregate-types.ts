import { aggregateTypes } from '@indwell/core'
import type { Admin } from '../binding'
import { aggregateTypeMessage } from './event-message'

export const listAggregateTypes: Admin<'ListAggregateTypes'> = {
  async handle({ caller }) {
    await caller.requirePermission('events.read')
    return { aggregateTypes: aggregateTypes.map(aggregateTypeMessage) }
  },
}
