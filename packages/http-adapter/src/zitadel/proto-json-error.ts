/** A request that is no JSON, or whose JSON does not fit the message. `message` is the text for the wire. */
export class ProtoJsonError extends Error {
  override readonly name = 'ProtoJsonError'
}
