/**
 * A `fetch` that trusts a certificate besides. Node's takes that from its dispatcher, whose class it exports nowhere: what it
 * made one of is asked for another.
 */
export async function trustingFetch(ca: string): Promise<typeof fetch> {
  // It is made with the first use of `fetch`.
  await fetch('data:,')
  const { constructor: Agent } = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'))
  const dispatcher: NonNullable<RequestInit['dispatcher']> = Reflect.construct(Agent, [{ connect: { ca } }])
  return (input, init) => fetch(input, { ...init, dispatcher })
}
