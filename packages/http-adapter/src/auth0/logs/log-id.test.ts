import { describe, expect, it } from 'vitest'
import { logIdOf, positionOfLog } from './log-id'

describe('ids of logs', () => {
  it.each(['1', '42', '18446744073709551615-9223372036854775807', ' ~', '-'])(
    'say the position %j in digits alone, and give it back',
    (position) => {
      expect(logIdOf(position)).toMatch(/^900\d+$/)
      expect(positionOfLog(logIdOf(position))).toBe(position)
    },
  )

  it('differ for positions that differ', () => {
    const positions = ['1', '11', '111', '1-1', '11-1', '1-11', '01']

    expect(new Set(positions.map(logIdOf)).size).toBe(positions.length)
  })

  it.each(['', '900', '9001', '90017x', '90095', '90117', '1', '９００17', ' 90017', '90017\n', '9'.repeat(100_000)])(
    'are none of the positions of %j',
    (id) => {
      expect(positionOfLog(id)).toBeUndefined()
    },
  )

  it('are made of nothing that could not be given back', () => {
    for (const position of ['\0', 'é', '\u{1f600}', '\x7f']) expect(() => logIdOf(position)).toThrow(RangeError)
  })
})
