/** A caller whose permissions are checked. */
export interface UserActor {
  readonly type: 'user'
  readonly userId: string
  /** The org the calls work in. Absent: the caller's own. */
  readonly orgId?: string
  readonly across?: Across
  /** Stands in every event the call writes. */
  readonly reason?: string
}

/**
 * How calls work that are bound to no one org.
 *
 * `instance`: in all orgs at once; only roles held in the instance count.
 * `orgs`: wherever their subjects live; roles held in the instance and in the org that owns the subject count, and what
 * users may do to themselves needs none. `orgId` is then only the org that is meant where none is named.
 */
export type Across = 'instance' | 'orgs'

/** The host itself: nothing is checked, and every event says why. */
export interface SystemActor {
  readonly type: 'system'
  readonly reason: string
  /** The org the calls work in. Absent: all of them. */
  readonly orgId?: string
  /** The user or client it acts for; its id stands in the events. */
  readonly onBehalfOf?: string
}

export type Actor = UserActor | SystemActor
