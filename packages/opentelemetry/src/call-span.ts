import type { TracedCall, TracedWork } from '@indwell/core'
import { type Attributes, context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'

export function beginCallSpan(tracer: Tracer, call: TracedCall, withInstance: boolean): TracedWork {
  const attributes: Attributes = {}
  if (withInstance) attributes['indwell.instance.id'] = call.instanceId
  if (call.callerType !== undefined) attributes['indwell.caller.type'] = call.callerType
  if (call.subjectType !== undefined) attributes['indwell.subject.type'] = call.subjectType
  if (call.count !== undefined) attributes['indwell.input.count'] = call.count
  const span = tracer.startSpan(`indwell.${call.method}`, { kind: SpanKind.INTERNAL, attributes })
  const within = trace.setSpan(context.active(), span)
  return {
    run: (work) => context.with(within, work),
    end({ count, errorType }) {
      if (count !== undefined) span.setAttribute('indwell.result.count', count)
      if (errorType !== undefined) {
        span.setAttribute('error.type', errorType)
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
  }
}
