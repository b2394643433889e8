import type { ConformanceWorld } from './conformance-world'

/** One promise every storage keeps. */
export interface Behavior {
  /** A rule in the present tense, unique among all behaviors. */
  readonly name: string
  /** Rejects when the promise is broken. */
  check(world: ConformanceWorld): Promise<void>
}
