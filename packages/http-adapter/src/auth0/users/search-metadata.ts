import type { MetadataCondition, UserFilter, ValueTest } from '@indwell/core'
import type { SearchEnd, SearchPattern, SearchRange } from './search-expression'

/** Conditions on what stands at a path of one namespace. Case counts. */
export function metadataAt(namespace: string, path: readonly string[]) {
  const that = (test: ValueTest): MetadataCondition => ({ op: 'metadata', namespace, path, test })
  const exists = that({ op: 'exists' })
  return {
    exists,
    /** The text, and the number or boolean that it spells: what a word means depends on what is stored. */
    match(pattern: SearchPattern): UserFilter {
      if (pattern.kind === 'any') return exists
      const { kind, text } = pattern
      const texts = that({ op: 'text', method: kind, value: text, ignoreCase: false })
      const spelled = kind === 'equals' ? spelledValue(text) : undefined
      return spelled === undefined ? texts : { op: 'or', filters: [texts, that({ op: 'equals', value: spelled })] }
    },
    /** Of numbers, where both ends spell one; of texts otherwise. */
    range({ from, to, fromInclusive, toInclusive }: SearchRange): UserFilter {
      const ends = [from, to].filter((end) => end !== undefined)
      if (ends.length === 0) return exists
      const isNumeric = ends.every((end) => endNumber(end) !== undefined)
      const value = (end: SearchEnd) => (isNumeric ? endNumber(end)! : end.text)
      return that({
        op: 'range',
        ...(from !== undefined && { from: value(from) }),
        ...(to !== undefined && { to: value(to) }),
        fromInclusive,
        toInclusive,
      })
    },
  }
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function spelledValue(text: string): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = jsonNumber.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

function endNumber({ text, quoted }: SearchEnd): number | undefined {
  const value = quoted ? undefined : spelledValue(text)
  return typeof value === 'number' ? value : undefined
}
