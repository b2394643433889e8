import type { Range, ValueTest } from '@indwell/core'
import { foldCase, textAfter } from '../predicates/text-match'
import { indexedBoolean, indexedNumber, indexedText, valueClass } from './indexed-values'

/** Values of an index: one, some, those of a range without its end, or all. */
export type ValueRange =
  | { readonly is: string }
  | { readonly in: readonly string[] }
  | { readonly from: string; readonly before: string }
  | { readonly all: true }

/**
 * Where an index has the values of all entries that pass a test, and of some others. `undefined`: anywhere, for a test that
 * looks into texts.
 *
 * @param test - With its texts as they are stored.
 */
export function valueRanges(test: ValueTest): readonly ValueRange[] | undefined {
  switch (test.op) {
    case 'exists':
      return [{ all: true }]
    case 'equals':
      return [{ is: indexedScalar(test.value) }]
    case 'in':
      return [{ in: [...new Set(test.values.map(indexedScalar))] }]
    case 'text': {
      if (test.method !== 'equals' && test.method !== 'starts-with') return undefined
      // A text that folding leaves as it is stands there once.
      const sought = test.ignoreCase
        ? (['text', 'folded'] as const).map((type) => indexedText(foldCase(test.value), type))
        : [indexedText(test.value)]
      return sought.map((value) => (test.method === 'equals' ? { is: value } : startingWith(value)))
    }
    case 'range':
      return [within(test)]
  }
}

const startingWith = (value: string): ValueRange => ({ from: value, before: textAfter(value)! })

/** Includes both ends: what is cut may lie behind where it stands. */
function within({ from, to }: Range): ValueRange {
  const known = from ?? to
  if (known === undefined) return { from: valueClass.number, before: textAfter(valueClass.text)! }
  const letter = typeof known === 'number' ? valueClass.number : valueClass.text
  return {
    from: from === undefined ? letter : indexedScalar(from),
    // No text lies between a text and itself with the first character behind NUL, which none holds.
    before: to === undefined ? textAfter(letter)! : `${indexedScalar(to)}\u0001`,
  }
}

function indexedScalar(value: string | number | boolean): string {
  switch (typeof value) {
    case 'number':
      return indexedNumber(value)
    case 'boolean':
      return indexedBoolean(value)
    default:
      return indexedText(value)
  }
}
