import { describe, expect, it } from 'vitest'
import { entityTag, parseEntityTags } from './entity-tag'

const strong = (version: string) => ({ weak: false, version })
const weak = (version: string) => ({ weak: true, version })

describe('parseEntityTags', () => {
  it.each([
    ['*', '*'],
    [' * ', '*'],
    [entityTag('7'), [strong('7')]],
    ['"7", "8"', [strong('7'), strong('8')]],
    ['"7","8" ,\t"9"', [strong('7'), strong('8'), strong('9')]],
    [',"7",, ,', [strong('7')]],
    ['W/"7", "7"', [weak('7'), strong('7')]],
    ['""', [strong('')]],
    ['"a,b", "*"', [strong('a,b'), strong('*')]],
    ['"\x80\xff"', [strong('\x80\xff')]],
  ])('reads %j', (value, tags) => {
    expect(parseEntityTags('If-Match', value)).toEqual(tags)
  })

  it.each([
    '',
    ' ',
    ',',
    '7',
    '"7',
    '7"',
    'w/"7"',
    'W/7',
    '"7" "8"',
    '"7"; "8"',
    '*, "7"',
    '"7", *',
    '"7 8"',
    '"\x00"',
  ])('refuses %j', (value) => {
    expect(() => parseEntityTags('If-Match', value)).toThrow(
      expect.objectContaining({ statusCode: 400, errorCode: 'invalid_header' }),
    )
  })

  it('takes no longer for a header of blanks than it has characters', () => {
    const started = performance.now()
    expect(() => parseEntityTags('If-Match', `"7"${' '.repeat(200_000)}x`)).toThrow()
    expect(performance.now() - started).toBeLessThan(200)
  })
})
