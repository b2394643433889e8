/** What is made when it is first asked for, and kept: a test opens many directories and uses little of each. */
export function onDemand<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** A function that is made with its first call. */
export function callOnDemand<Args extends readonly unknown[], Result>(
  make: () => (...args: Args) => Result,
): (...args: Args) => Result {
  const made = onDemand(make)
  return (...args) => made()(...args)
}
