import { actAs } from './act-as'
import type { ActingDirectory } from './acting-directory'
import type { Actor } from './actor'
import type { Core } from './core'
import type { Caller } from './directory'
import { InvalidInputError } from './errors/invalid-input-error'
import { heedSignal, type SignalOption } from './heed-signal'
import { isStorable, notStorable } from './input'

/** The two ways in which a core is called. */
export function facesOf(core: Core) {
  return {
    as: (caller: Caller, options?: SignalOption): ActingDirectory =>
      actAs(heedSignal(core, options?.signal), userActor(caller)),
    asSystem: (reason: string, { signal, ...context }: SystemContext & SignalOption = {}): ActingDirectory =>
      actAs(heedSignal(core, signal), systemActor(reason, context)),
  }
}

interface SystemContext {
  readonly orgId?: string
  readonly onBehalfOf?: string
}

function userActor(caller: Caller): Actor {
  const { reason } = caller
  if (reason !== undefined && (typeof reason !== 'string' || !isStorable(reason))) {
    throw new InvalidInputError('reason', typeof reason === 'string' ? notStorable : 'must be text')
  }
  // The type comes last: a caller built from foreign claims must not become the system.
  return { ...caller, type: 'user' }
}

function systemActor(reason: string, context: SystemContext): Actor {
  for (const [name, value] of Object.entries({ reason, ...context })) {
    if (value !== undefined && !isStorable(value)) throw new InvalidInputError(name, notStorable)
  }
  return { ...context, type: 'system', reason }
}
