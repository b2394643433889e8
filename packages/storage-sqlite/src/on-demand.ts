/** What is made when it is first asked for, and kept: a test opens many directories and uses little of each. */
export function onDemand<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
