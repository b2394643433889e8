import { storedValue, visitValues } from '../predicates/metadata-match'
import { foldCase, wellFormed } from '../predicates/text-match'

/**
 * Values as an index has them: a letter for the type, and behind it what orders as the value does, byte for byte. So one
 * column of text holds all types, and both databases order it alike.
 */
export const valueClass = { boolean: 'b', exists: 'e', folded: 'f', number: 'n', text: 's' } as const

/** Stands for an entry with more values than an index takes: every search has to look at it. */
export const anyValue = '*'

/** Values of one entry at most: what a subject writes about itself must not become a million rows. */
const maxValues = 1000

/** Characters of a text that an index holds: with ids of full length, more would not fit into a page of Postgres. */
const maxCharacters = 60

/**
 * The values of an entry at a path below its root.
 *
 * Every test that the entry passes is passed by one of them, as {@link valueRanges} asks; not the other way around, for
 * long texts are cut.
 */
export function indexedValues(json: string, path: readonly string[]): readonly string[] {
  const root = storedValue(wellFormed(json))
  const values = new Set<string>()
  const isFull = visitValues(root, path, false, (value) => {
    for (const text of valueTexts(value)) values.add(text)
    return values.size > maxValues
  })
  if (isFull) return [anyValue]
  if (values.size === 0 && visitValues(root, path, true, (value) => value !== null)) return [valueClass.exists]
  return [...values]
}

function valueTexts(value: unknown): readonly string[] {
  switch (typeof value) {
    case 'string': {
      const folded = foldCase(value)
      return folded === value ? [indexedText(value)] : [indexedText(value), indexedText(folded, 'folded')]
    }
    case 'number':
      return Number.isFinite(value) ? [indexedNumber(value)] : []
    case 'boolean':
      return [indexedBoolean(value)]
    default:
      return []
  }
}

export function indexedText(value: string, type: 'text' | 'folded' = 'text'): string {
  return valueClass[type] + firstCharacters(value)
}

export function indexedBoolean(value: boolean): string {
  return valueClass.boolean + Number(value)
}

const double = new DataView(new ArrayBuffer(8))

/** The bits of a double, turned so that they order as the numbers do. */
export function indexedNumber(value: number): string {
  // Of the two zeros, one.
  double.setFloat64(0, value + 0)
  const isNegative = double.getInt8(0) < 0
  const [high, low] = [double.getUint32(0), double.getUint32(4)]
  const bits = isNegative ? [~high, ~low] : [high ^ 0x80000000, low]
  return valueClass.number + bits.map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('')
}

function firstCharacters(value: string): string {
  if (value.length <= maxCharacters) return value
  return Array.from(value.slice(0, 2 * maxCharacters))
    .slice(0, maxCharacters)
    .join('')
}
