import { clientOperations } from './client-operations'
import type { Lane } from './lane'
import type { Operation } from './operation'
import { orgOperations } from './org-operations'
import { roleOperations } from './role-operations'
import { sharedOperations } from './shared-operations'
import { userOperations } from './user-operations'

const choices = [...userOperations, ...orgOperations, ...clientOperations, ...roleOperations, ...sharedOperations]

/** The first operation of the lane's choice that what it holds allows. */
export function nextOperation(lane: Lane): Operation {
  for (;;) {
    const operation = lane.random.oneOf(choices)(lane)
    if (operation !== undefined) return operation
  }
}
