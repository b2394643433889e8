import type { Tracing } from '@indwell/core'
import { type Context, context, ROOT_CONTEXT, type TracerProvider, trace } from '@opentelemetry/api'
import { beginAskSpans } from './ask-spans'
import { beginCallSpan } from './call-span'

/** Options of {@link openTelemetry}. */
export interface OpenTelemetryOptions {
  /** Default: the one that is registered with `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider
  /** Whether spans of calls name the instance, as `indwell.instance.id`. Default false. */
  readonly instanceId?: boolean
}

/**
 * Makes spans of what a directory does, for `createDirectory({ tracing: openTelemetry() })`: one for each call, as in
 * `indwell.users.create`, and below it one for each question to the database, with the semantic conventions of databases.
 *
 * Spans hold kinds, counts and codes: no values, keys, names, addresses or ids, and no texts of errors.
 */
export function openTelemetry({ tracerProvider, instanceId = false }: OpenTelemetryOptions = {}): Tracing {
  const tracer = (tracerProvider ?? trace).getTracer('@indwell/opentelemetry')
  return {
    caller: () => context.active(),
    within: (caller, work) => context.with((caller as Context | undefined) ?? ROOT_CONTEXT, work),
    beginCall: (call) => beginCallSpan(tracer, call, instanceId),
    beginAsk: (ask) => beginAskSpans(tracer, ask),
  }
}
