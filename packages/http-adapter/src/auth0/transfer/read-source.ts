/**
 * Where users come from: text or bytes, whole or in pieces. Streams of Node and of the Web are such pieces too.
 */
export type UserSource =
  | string
  | Uint8Array
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>

/** The bytes of a source, as they come. */
export async function* bytesOf(source: UserSource): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder()
  // Half of a character that the next piece may complete.
  let half = ''
  for await (const piece of piecesOf(source)) {
    if (typeof piece !== 'string') {
      yield piece
      continue
    }
    const text = half + piece
    const last = text.charCodeAt(text.length - 1)
    half = last >= 0xd800 && last <= 0xdbff ? text.slice(-1) : ''
    yield encoder.encode(half === '' ? text : text.slice(0, -1))
  }
  if (half !== '') yield encoder.encode(half)
}

function piecesOf(source: UserSource): Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array> {
  if (typeof source === 'string' || source instanceof Uint8Array) return [source]
  // Readable streams of the Web are iterable wherever Node runs, which not all types say.
  return source as Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>
}
