import type { Response } from './binding'
import { textOf } from './texts'

/** A key and its English text. */
export function localizedMessage(key: string): Response<'v1.LocalizedMessage'> {
  return { key, localizedMessage: textOf(key) }
}
