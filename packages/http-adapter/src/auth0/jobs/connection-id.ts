import { createHash } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * The id that a connection has where nobody gave it one: `con_` and 16 letters and digits, made from its name, so that it
 * is the same in every process and every instance.
 */
export function connectionId(name: string): string {
  const digest = createHash('sha256').update(name).digest()
  return `con_${Array.from(digest.subarray(0, 16), (byte) => alphabet.charAt(byte % alphabet.length)).join('')}`
}

/** Names by id: those that the host gave, and the default connection. */
export function connectionsById(
  given: Readonly<Record<string, string>>,
  defaultConnection: string,
): ReadonlyMap<string, string> {
  return new Map([[connectionId(defaultConnection), defaultConnection], ...Object.entries(given)])
}
