import { expect, it } from 'vitest'
import { retryAfter } from './retry-after'

const now = Date.UTC(2026, 0, 1)

it.each([
  [null, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-1', undefined],
  ['0', undefined],
  ['120', 120_000],
  [' 7 ', 7000],
  ['9999999999', 86_400_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Wed, 31 Dec 2025 00:01:00 GMT', undefined],
])('reads %j', (header, ms) => {
  expect(retryAfter(header, now)).toBe(ms)
})
