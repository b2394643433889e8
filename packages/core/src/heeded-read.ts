import type { Core } from './core'
import { heedSignal, type SignalOption } from './heed-signal'

/** A read that heeds the `signal` of its options, the argument at `place`. Without one it is the use case as it is. */
export function heededRead<Args extends readonly unknown[], Result>(
  core: Core,
  place: number,
  call: (core: Core, ...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return (...args) => {
    const options = args[place] as SignalOption | null | undefined
    if (typeof options !== 'object' || options === null || !('signal' in options)) return call(core, ...args)
    return Promise.resolve().then(() => {
      const { signal, ...asked } = options
      const heeding = heedSignal(core, signal)
      heeding.heeded?.signal.throwIfAborted()
      return call(heeding, ...(Object.assign([...args], { [place]: asked }) as readonly unknown[] as Args))
    })
  }
}
