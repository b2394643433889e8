import { describe, expect, it } from 'vitest'
import { rangeEnds } from './range-ends'

const counting = { fromInclusive: true, toInclusive: true }

describe('rangeEnds', () => {
  it('has the type of its ends', () => {
    expect(rangeEnds(counting)).toEqual({ type: 'open' })
    expect(rangeEnds({ ...counting, from: 'a' })).toEqual({ type: 'text', from: 'a' })
    expect(rangeEnds({ ...counting, from: 1, to: 2 })).toEqual({ type: 'number', from: 1, to: 2 })
    expect(rangeEnds({ ...counting, from: 1, to: 'a' })).toBeUndefined()
  })

  it('takes infinity for no end', () => {
    expect(rangeEnds({ ...counting, from: -Infinity, to: 1 })).toEqual({ type: 'number', to: 1 })
    expect(rangeEnds({ ...counting, from: -Infinity, to: Infinity })).toEqual({ type: 'number' })
    expect(rangeEnds({ ...counting, from: Infinity })).toBeUndefined()
    expect(rangeEnds({ ...counting, to: Number.NaN })).toBeUndefined()
  })

  it('writes texts as the drivers do', () => {
    expect(rangeEnds({ ...counting, from: '\ud800' })).toEqual({ type: 'text', from: '\ufffd' })
  })
})
