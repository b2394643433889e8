/** Callers that are remembered at a time. */
const maxCallers = 10_000

/**
 * Orgs to which callers belonged when they were last read. A guess, good enough to draft by where the storage looks whether
 * it still holds, and for nothing else.
 */
export class HomeOrgs {
  readonly #orgs = new Map<string, string>()

  /** `undefined`: nobody knows. */
  guess(userId: string): string | undefined {
    return this.#orgs.get(userId)
  }

  remember(userId: string, orgId: string): void {
    if (this.#orgs.get(userId) === orgId) return
    if (this.#orgs.size >= maxCallers) this.#orgs.clear()
    this.#orgs.set(userId, orgId)
  }
}
