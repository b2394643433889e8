/** At once where the database is in this process, otherwise later. Failures are rejections in any case. */
export type Answered<T extends object> = T | Promise<T>

export function isLater<T extends object>(answer: Answered<T>): answer is Promise<T> {
  // Not by its class: a storage may make promises of another realm, as test runners and vm have them.
  return 'then' in answer
}
