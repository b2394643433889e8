/** A caller whose permissions are checked. */
export interface UserActor {
  readonly type: 'user'
  readonly userId: string
  /** The org the calls work in. Absent: the caller's own. */
  readonly orgId?: string
  /** Work in all orgs at once: only roles held in the instance count then. */
  readonly across?: 'instance'
}

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
