/** Any value JSON can carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** A JSON object. Its keys are the client's: read them as own keys only. */
export interface JsonObject {
  readonly [name: string]: JsonValue
}
