/** How the domains of orgs count, everywhere in the instance. */
export interface DomainPolicy {
  /**
   * Whether users sign in with a domain of their org behind their user name, which is unique in the org then, and not in
   * the instance.
   */
  readonly userLoginMustBeDomain: boolean
  /** Whether domains have to be shown to be the org's own before they are verified. */
  readonly validateOrgDomains: boolean
  /** Sequence of the event that decided it, among those of the instance. */
  readonly sequence: string
  /** When it was decided, in milliseconds since the epoch. */
  readonly createdAt: number
}

/** The second event of every instance, behind the one that creates it, decides it for good. */
export const domainPolicySequence = '2'
