import type { RandomSource } from '../../packages/core/src/conformance/random-source'

export interface LaneUser {
  readonly userId: string
  readonly type: 'human' | 'machine'
  readonly orgId: string | undefined
  readonly keys: Set<string>
  readonly memberOf: Set<string>
  readonly tokenIds: string[]
  locked: boolean
}

export interface LaneOrg {
  readonly orgId: string
  /** Beside the one that is made from the name. */
  readonly domains: Set<string>
  primary: string | undefined
  readonly hasRoles: Map<string, Set<string>>
}

export interface LaneClient {
  readonly clientId: string
  readonly orgId: string | undefined
  readonly keys: Set<string>
}

/**
 * One caller that waits for each answer, and what exists by its own writes: nobody else touches that, so what an
 * operation shall write is known before it runs.
 */
export interface Lane {
  readonly name: string
  readonly random: RandomSource
  readonly users: LaneUser[]
  readonly orgs: LaneOrg[]
  readonly clients: LaneClient[]
  readonly roleIds: string[]
  /** A text that no other call of any lane answers. */
  fresh(): string
}

export function createLane(name: string, random: RandomSource): Lane {
  let count = 0
  return { name, random, users: [], orgs: [], clients: [], roleIds: [], fresh: () => `${name}-${++count}` }
}

/** For what was answered with an error: of what it touched nobody knows what it is now. */
export function forgetAll(lane: Lane): void {
  for (const list of [lane.users, lane.orgs, lane.clients, lane.roleIds]) list.length = 0
}

/** Some values by key, none of them ever written before. */
export function freshValues(lane: Lane, keys: readonly string[]): Record<string, { text: string; fill: string }> {
  const fill = 'x'.repeat(lane.random.chance(0.1) ? lane.random.below(20_000) : lane.random.below(100))
  return Object.fromEntries(keys.map((key) => [key, { text: lane.fresh(), fill }]))
}

export function repeated<T>(value: T, count: number): readonly T[] {
  return Array.from({ length: count }, () => value)
}
