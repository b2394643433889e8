/** An answer as any client has it, in plain JSON: bytes in base64, whole numbers of 64 bits as text. */
export function plainAnswer(answer: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([name]) => !name.startsWith('$'))
      .map(([name, value]) => [name, plain(value)]),
  )
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return base64Of(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  // What clients of other generators hold such numbers in.
  if ('toBigInt' in value || 'low' in value) return String(value)
  return plainAnswer(value)
}

export function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
