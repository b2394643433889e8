import { describe, expect, it } from 'vitest'
import { resolveLimits } from './limits'

describe('resolveLimits', () => {
  it('fills what is absent or undefined with the defaults', () => {
    expect(resolveLimits({ maxBodyBytes: 10, maxJsonDepth: undefined })).toEqual({
      maxBodyBytes: 10,
      maxJsonDepth: 100,
      maxHeaderCount: 100,
      maxUrlLength: 16_384,
      bodyTimeoutMs: 30_000,
    })
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    expect(() => resolveLimits({ bodyTimeoutMs: value })).toThrow(RangeError)
    expect(() => resolveLimits({ maxBodyBytes: value })).toThrow(RangeError)
  })

  it('refuses a time that no timer can hold', () => {
    expect(() => resolveLimits({ bodyTimeoutMs: 2 ** 31 })).toThrow(RangeError)
  })
})
