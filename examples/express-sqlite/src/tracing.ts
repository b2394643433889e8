import { createDirectory } from '@indwell/core'
import { openTelemetry } from '@indwell/opentelemetry'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'

// What an application sets up once, with the SDK it has. Here spans are kept, elsewhere they are sent.
const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

const storage = sqliteStorage({ filename: ':memory:' })
export const directory = await createDirectory({ storage, tracing: openTelemetry() })

await trace.getTracer('sign-up').startActiveSpan('POST /sign-up', async (span) => {
  const { users } = directory.asSystem('sign-up')
  const { userId } = await users.createHuman({ userName: 'ada' })
  await users.metadata(userId).set({ plan: 'pro', seats: 3 })
  span.end()
})

export const spans = exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes }))
