/** At once where the database is in this process, otherwise later. Failures are rejections in any case. */
export type Answered<T extends object> = T | Promise<T>

export function isLater<T extends object>(answer: Answered<T>): answer is Promise<T> {
  // Answers are lists mostly, and to look for a name in one takes a while. Not by the class of promises: a storage may make
  // some of another realm, as test runners and vm have them.
  return !Array.isArray(answer) && 'then' in answer
}
