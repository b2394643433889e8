import { describe, expect, it } from 'vitest'
import { rememberedReads } from './remembered-reads'

describe('what was read of a file', () => {
  let number = 0
  const file = { number: () => number, passOver: () => {}, change: () => {} }

  it('is recalled under its key and instance until the file is another', () => {
    const remembered = rememberedReads<string>(file)
    expect(remembered.recall('one', 'ada')).toBeUndefined()
    remembered.keep('one', 'ada', 'ada of one')
    remembered.keep('two', 'ada', 'ada of two')

    expect(remembered.recall('one', 'ada')).toBe('ada of one')
    expect(remembered.recall('two', 'ada')).toBe('ada of two')
    expect(remembered.recall('one', 'eve')).toBeUndefined()
    remembered.keep('one', 'ada', 'ada again')
    expect(remembered.recall('one', 'ada')).toBe('ada again')

    number += 1
    expect(remembered.recall('one', 'ada')).toBeUndefined()
    expect(remembered.recall('two', 'ada')).toBeUndefined()
  })

  it('is a thousand answers at most', () => {
    const remembered = rememberedReads<number>(file)
    remembered.recall('one', '0')
    for (let key = 0; key < 10_500; key += 1) remembered.keep(`instance ${key % 3}`, String(key), key)

    const known = Array.from({ length: 10_500 }, (_, key) => remembered.recall(`instance ${key % 3}`, String(key)))
    expect(known.filter((answer) => answer !== undefined)).toHaveLength(500)
    expect(known.at(-1)).toBe(10_499)
  })
})
