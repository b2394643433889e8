/** Several servers of which one is the primary, and whose answered writes outlive it. */
export interface FailoverCluster {
  /**
   * Of all servers, as clients get it.
   *
   * @param number - From 1 on, where there is more than one way to reach them.
   */
  clientUrl(number: number): string
  /** Of the one that is the primary now. */
  primaryUrl(): Promise<string>
  /**
   * Kills the primary. Answers once another takes writes.
   *
   * @param round - From 1 on, where there is more than one way to do it.
   */
  failOver(round: number): Promise<void>
  /** Answers once the primary of now may be killed as well. */
  recover(): Promise<void>
}

/** The same servers, another database. */
export function inDatabase(url: string, name: string): string {
  return url.replace(/\/postgres(?=$|\?)/, `/${name}`)
}
