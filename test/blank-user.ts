import type { UserRecord } from '@indwell/core'
import { userOf } from '../packages/core/src/conformance/record-of'

/** A person of Acme of whom nothing is known. */
export const blankUser: UserRecord = userOf('', { createdAt: 1, changedAt: 1 })
