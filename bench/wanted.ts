import type { RowName } from './row'

/** Whether a row was asked for. */
export type Wanted = (row: RowName) => boolean

/** Rows whose names hold one of the texts, whatever the case; all of them without a text. */
export function wantedBy(texts: readonly string[]): Wanted {
  const lower = texts.map((text) => text.toLowerCase())
  return ({ name }) => lower.length === 0 || lower.some((text) => name.toLowerCase().includes(text))
}
