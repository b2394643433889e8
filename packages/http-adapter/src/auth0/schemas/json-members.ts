import type { JsonValue } from '@indwell/core'
import * as v from 'valibot'

/** Any JSON value, kept as it is. */
export const jsonValue = v.custom<JsonValue>(() => true)

/** Any JSON object, kept as it is. */
export const jsonObject = v.record(v.string(), jsonValue)

/** A list of strings. */
export const strings = v.array(v.string())
