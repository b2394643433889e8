/**
 * Waits for all, but lets the permission check speak first whatever else fails, and of the others the one that is named
 * first. Counted by hand, since a promise for each that is waited for was a tenth of a read.
 */
export function allOf<Permitted, Rest extends readonly unknown[]>(
  permitted: Promise<Permitted>,
  ...rest: { [K in keyof Rest]: Promise<Rest[K]> }
): Promise<[Permitted, ...Rest]> {
  return new Promise((resolve, reject) => {
    const answers: unknown[] = [undefined]
    const failures: { readonly error: unknown }[] = []
    let awaited = rest.length + 1
    const settled = () => {
      awaited -= 1
      if (awaited > 0) return
      const failure = failures.find((one) => one !== undefined)
      if (failure === undefined) resolve(answers as [Permitted, ...Rest])
      else reject(failure.error)
    }
    permitted.then((answer) => {
      answers[0] = answer
      settled()
    }, reject)
    for (let index = 0; index < rest.length; index += 1) {
      rest[index]!.then(
        (answer) => {
          answers[index + 1] = answer
          settled()
        },
        (error: unknown) => {
          failures[index] = { error }
          settled()
        },
      )
    }
  })
}
