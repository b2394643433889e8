import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { codePoints, emailAddress, isStorable, parseInput, phoneNumber, text } from './input'

describe('parseInput', () => {
  it('names where the input does not fit', () => {
    const schema = v.strictObject({ profile: v.object({ name: text(1, 3) }) })

    expect(() => parseInput(schema, { profile: { name: '' } })).toThrow(
      expect.objectContaining({ path: 'profile.name', problem: 'must be 1 to 3 characters long' }),
    )
    expect(() => parseInput(schema, undefined)).toThrow(expect.objectContaining({ code: 'invalid_input', path: '' }))
  })

  it('takes no member that is not asked for, __proto__ least of all', () => {
    const schema = v.strictObject({ name: v.optional(text(1, 3)) })

    for (const input of [{ other: 1 }, JSON.parse('{"__proto__": {"name": "a"}}')]) {
      expect(() => parseInput(schema, input)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
    }
  })
})

it('counts characters, not code units', () => {
  expect(codePoints('a\u{1f600}e\u0301')).toBe(4)
  expect(v.is(text(1, 2), '\u{1f600}\u{1f600}')).toBe(true)
  expect(v.is(text(1, 2), '\u{1f600}\u{1f600}a')).toBe(false)
  expect(v.is(text(2, 4), '\u{1f600}')).toBe(false)
  expect(v.is(text(0, 4), '')).toBe(true)
})

it.each([
  ['a', true],
  ['', true],
  ['\u{1f600}', true],
  ['a\0', false],
  ['\ud83d', false],
  ['\ude00\ud83d', false],
])('%j is storable: %s', (value, storable) => {
  expect(isStorable(value)).toBe(storable)
})

it.each(['ada@acme.example', "o'hara+x@x-y.example", 'a@localhost'])('%s is an e-mail address', (value) => {
  expect(v.is(emailAddress, value)).toBe(true)
})

it.each(['', 'ada', 'a@b@c', 'a b@c.example', 'a@-x.example', 'a@x..example', `${'x'.repeat(250)}@x.example`])(
  '%j is no e-mail address',
  (value) => {
    expect(v.is(emailAddress, value)).toBe(false)
  },
)

it('makes a phone number of what people write', () => {
  expect(v.parse(phoneNumber, '+41 (79) 123-45.67')).toBe('+41791234567')
  for (const wrong of ['0791234567', '+', '+4179x', '+1234567890123456']) expect(v.is(phoneNumber, wrong)).toBe(false)
})
