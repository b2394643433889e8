import type { TracedAsk, TracedWork } from '@indwell/core'
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'

/**
 * Spans of one question to the database: one below each span that asked, since what several asked for in one turn goes there
 * together. All but the first of them link to that one, and so say that they are the same question. Nobody's question, as of
 * a consumer that looks for changes, has none.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/db/database-spans/
 */
export function beginAskSpans(tracer: Tracer, ask: TracedAsk): TracedWork {
  const parents = parentsOf(ask.callers as readonly (Context | undefined)[])
  if (parents.length === 0) return nobodysWork
  const { isLocal, operation, size, system } = ask
  const name = size > 1 ? `BATCH ${operation}` : operation
  const attributes: Attributes = { 'db.system.name': system, 'db.operation.name': name }
  if (size > 1) attributes['db.operation.batch.size'] = size
  if (parents.length > 1) attributes['indwell.batch.callers'] = parents.length
  const kind = isLocal ? SpanKind.INTERNAL : SpanKind.CLIENT
  const spans: Span[] = []
  for (const parent of parents) {
    const links = spans.slice(0, 1).map((first) => ({ context: first.spanContext() }))
    spans.push(tracer.startSpan(name, { kind, attributes, links }, parent))
  }
  const within = trace.setSpan(parents[0]!, spans[0]!)
  return {
    run: (work) => context.with(within, work),
    end({ count, errorType }) {
      for (const span of spans) {
        if (count !== undefined && !isBatched(operation)) span.setAttribute('db.response.returned_rows', count)
        if (errorType !== undefined) {
          span.setAttribute('error.type', errorType)
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      }
    },
  }
}

const nobodysWork: TracedWork = { run: (work) => work(), end() {} }

/** Of those who asked with a span, one for each. */
function parentsOf(callers: readonly (Context | undefined)[]): readonly Context[] {
  const bySpan = new Map<Span, Context>()
  for (const caller of callers) {
    const span = caller && trace.getSpan(caller)
    if (span !== undefined && !bySpan.has(span)) bySpan.set(span, caller!)
  }
  return [...bySpan.values()]
}

/** Answers one thing for each question, which `db.operation.batch.size` has. */
const isBatched = (operation: TracedAsk['operation']) => operation !== 'search' && operation !== 'readEvents'
