import { afterEach } from 'vitest'
import type { Listening, ListenOptions } from '../../src/listen'
import { listen } from '../../src/listen'
import { createProbeExchange } from './probe-exchange'

/** Opens ports for tests of a file, and closes them behind each. */
export function listeners(): (options?: Partial<ListenOptions>) => Promise<Listening> {
  const open: Listening[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close({ graceMs: 0 })))
  })
  return async (options = {}) => {
    const listening = await listen({ exchange: createProbeExchange(), port: 0, ...options })
    open.push(listening)
    return listening
  }
}
