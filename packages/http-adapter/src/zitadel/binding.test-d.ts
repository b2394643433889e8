import { expectTypeOf } from 'vitest'
import type { Bindings, GuardedMethod, Management } from './binding'

// @ts-expect-error a method without a permission cannot be bound
export const open: Bindings = { 'management.v1.ManagementService/Healthz': { handle: async () => ({}) } }

export const wrong: Management<'GetMyOrg'> = {
  // @ts-expect-error an answer of another shape than the contract's
  handle: async () => ({ org: { id: 1 } }),
}

export const unknown: Management<'GetMyOrg'> = {
  // @ts-expect-error a subject that no error is about
  errors: { not_found: { nobody: ['not_found', 'X', 'Y'] } },
  handle: async () => ({}),
}

expectTypeOf<'management.v1.ManagementService/Healthz'>().not.toExtend<GuardedMethod>()
expectTypeOf<'management.v1.ManagementService/AddOrg'>().toExtend<GuardedMethod>()
