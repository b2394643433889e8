import * as v from 'valibot'
import type { JsonValue } from '../json-value'

/** Any JSON value, kept as it is. */
export const jsonValue = v.custom<JsonValue>(() => true)

/** Any JSON object, kept as it is. */
export const jsonObject = v.record(v.string(), jsonValue)

/** A list of strings. */
export const strings = v.array(v.string())
