import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTimestamp, encodeTimestamp } from './timestamp'

describe('encodeTimestamp', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1_741_188_270_592, '2025-03-05T15:24:30.592Z'],
    [1_741_188_270_592.123, '2025-03-05T15:24:30.592123Z'],
    [1_741_188_270_000.5, '2025-03-05T15:24:30.000500Z'],
    [-0.001, '1969-12-31T23:59:59.999999Z'],
    [253_402_300_799_000, '9999-12-31T23:59:59Z'],
    [-62_135_596_800_000, '0001-01-01T00:00:00Z'],
  ])('writes %d ms with the fewest exact digits', (ms, text) => {
    expect(encodeTimestamp(ms)).toBe(text)
  })

  it.each([Number.NaN, 253_402_300_800_000, -62_135_596_800_001])('refuses %d ms', (ms) => {
    expect(() => encodeTimestamp(ms)).toThrow(RangeError)
  })
})

describe('decodeTimestamp', () => {
  it.each([
    ['2025-03-05T15:24:30Z', 1_741_188_270_000],
    ['2025-03-05T16:24:30.5+01:00', 1_741_188_270_500],
    ['2025-03-05T15:24:30.592123456Z', 1_741_188_270_592.123],
    ['0099-01-01T00:00:00Z', -59_042_995_200_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000],
  ])('reads %s', (text, ms) => {
    expect(decodeTimestamp(text)).toBeCloseTo(ms, 2)
  })

  it.each([
    'tomorrow',
    '2025-03-05',
    '2025-03-05 15:24:30Z',
    '2025-03-05t15:24:30z',
    '2025-03-05T15:24:30',
    '2025-02-29T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-03-05T24:00:00Z',
    '2025-03-05T15:24:60Z',
    '2025-03-05T15:24:30.1234567890Z',
    '2025-03-05T15:24:30+25:00',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+01:00',
  ])('refuses %s', (text) => {
    expect(decodeTimestamp(text)).toBeUndefined()
  })

  it('writes the days and times that Date writes, in every year', () => {
    const range = { min: Date.parse('0001-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') }
    fc.assert(
      fc.property(fc.integer(range), (ms) => {
        expect(encodeTimestamp(ms)).toBe(new Date(ms).toISOString().replace('.000Z', 'Z'))
      }),
      { numRuns: 2000 },
    )
    for (const year of [1, 4, 100, 400, 1600, 1900, 1970, 2000, 2023, 2024, 2100, 9999]) {
      for (const [month, day] of [
        [0, 1],
        [1, 28],
        [1, 29],
        [2, 1],
        [11, 31],
      ] as const) {
        const date = new Date(0)
        date.setUTCFullYear(year, month, day)
        expect(encodeTimestamp(date.getTime())).toBe(date.toISOString().replace('.000Z', 'Z'))
      }
    }
  })

  it('reads the last moment there is as one that can be written', () => {
    const last = decodeTimestamp('9999-12-31T23:59:59.999999999Z')

    expect(encodeTimestamp(last ?? Number.NaN)).toMatch(/^9999-12-31T23:59:59\.9\d{5}Z$/)
  })

  it('reads what encodeTimestamp writes, to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.nat(999), (ms, micros) => {
        const text = encodeTimestamp(ms + micros / 1000)

        expect(encodeTimestamp(decodeTimestamp(text) ?? Number.NaN)).toBe(text)
      }),
    )
  })
})
