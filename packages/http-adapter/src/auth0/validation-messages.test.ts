import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { validationMessage, validationSentence } from './validation-messages'

const text = v.pipe(v.string(), v.minLength(2), v.maxLength(3))

function payload(schema: v.GenericSchema, value: unknown): string | undefined {
  return validationMessage('payload', schema, value)
}

/** What stands between the quotes of the first sentence. */
function said(schema: v.GenericSchema, value: unknown): string | undefined {
  return payload(schema, value)?.match(/'(.*?)'(?: on property|\.$|\. )/s)?.[1]
}

describe('a validation message', () => {
  it('is absent when nothing is wrong', () => {
    expect(payload(v.strictObject({ a: v.optional(text) }), { a: 'ab' })).toBeUndefined()
  })

  it('begins with the part of the request it speaks of', () => {
    expect(validationMessage('query', v.string(), 1)).toMatch(/^Query validation error: '/)
    expect(validationMessage('path', v.string(), 1)).toMatch(/^Path validation error: '/)
    expect(payload(v.string(), 1)).toMatch(/^Payload validation error: '/)
  })

  it('names the property with dots and brackets', () => {
    const schema = v.strictObject({ groups: v.array(v.strictObject({ email: v.string() })) })

    expect(payload(schema, { groups: [{ email: 'a' }, { email: 1 }] })).toBe(
      "Payload validation error: 'Expected type string but found type integer' on property groups[1].email.",
    )
  })

  it('writes a key that starts with digits as an index and escapes slashes, as the service does', () => {
    const schema = v.strictObject({ metadata: v.record(v.string(), v.string()) })

    expect(payload(schema, { metadata: { '5th': 1 } })).toContain(' on property metadata[5]th.')
    expect(payload(schema, { metadata: { 'a/b~c': 1 } })).toContain(' on property metadata.a~1b~0c.')
  })

  it('adds the description without its final period', () => {
    const schema = v.strictObject({ name: v.pipe(v.string(), v.description('What it is called.')) })

    expect(payload(schema, { name: 1 })).toBe(
      "Payload validation error: 'Expected type string but found type integer' on property name (What it is called).",
    )
  })

  it('leaves the description out where there is no property to name', () => {
    expect(payload(v.pipe(v.string(), v.description('Root')), 1)).toBe(
      "Payload validation error: 'Expected type string but found type integer'.",
    )
  })

  it.each([
    [v.string(), null, 'Expected type string but found type null'],
    [v.string(), undefined, 'Expected type string but found type null'],
    [v.boolean(), 'yes', 'Expected type boolean but found type string'],
    [v.array(v.string()), {}, 'Expected type array but found type object'],
    [v.strictObject({}), [], 'Expected type object but found type array'],
    [v.pipe(v.number(), v.integer()), 1.5, 'Expected type integer but found type number'],
    [v.nullable(v.string()), 5, 'Expected type string,null but found type integer'],
    [v.nullable(text), true, 'Expected type string,null but found type boolean'],
    [text, '', 'String is too short (0 chars), minimum 2'],
    [text, 'abcd', 'String is too long (4 chars), maximum 3'],
    [v.pipe(v.string(), v.regex(/^\S*$/)), 'a b', 'String does not match pattern ^\\S*$: a b'],
    [v.picklist(['a']), 'zzz', 'Invalid property "zzz"'],
    [v.pipe(v.number(), v.maxValue(100)), 101, 'Value 101 is greater than maximum 100'],
    [v.pipe(v.number(), v.minValue(0)), -1, 'Value -1 is less than minimum 0'],
    [v.pipe(v.array(v.string()), v.minLength(1)), [], 'Array is too short (0), minimum 1'],
    [v.pipe(v.array(v.string()), v.maxLength(1)), ['a', 'b'], 'Array is too long (2), maximum 1'],
    [v.pipe(v.record(v.string(), v.string()), v.minEntries(1)), {}, 'Too few properties defined (0), minimum 1'],
    [
      v.pipe(v.record(v.string(), v.string()), v.maxEntries(0)),
      { a: '' },
      'Too many properties defined (1), maximum 0',
    ],
    [
      v.pipe(
        v.string(),
        v.check(() => false, 'Own words'),
      ),
      'a',
      'Own words',
    ],
  ] as const)('puts %# into words', (schema, value, expected) => {
    expect(said(schema, value)).toBe(expected)
  })

  it('takes an integer for a number, and null where null is allowed', () => {
    expect(payload(v.number(), 1)).toBeUndefined()
    expect(payload(v.nullable(text), null)).toBeUndefined()
    expect(payload(v.nullable(v.strictObject({ a: v.string() })), null)).toBeUndefined()
  })

  it('counts code points but prints UTF-16 units', () => {
    expect(payload(text, '😀😀😀')).toBeUndefined()
    expect(said(text, '😀😀😀😀')).toBe('String is too long (8 chars), maximum 3')
  })

  it('reports missing members one by one, in reverse order of the schema, before additional ones', () => {
    const schema = v.strictObject({ a: v.string(), b: v.string(), c: v.optional(v.string()) })

    expect(payload(schema, { x: 1 })).toBe(
      "Payload validation error: 'Missing required property: b'. (also) " +
        "Payload validation error: 'Missing required property: a'.",
    )
  })

  it('reports additional members at once, in reverse order of appearance', () => {
    expect(payload(v.strictObject({}), { first_setting: 1, second_setting: 2 })).toBe(
      "Payload validation error: 'Additional properties not allowed: second_setting,first_setting'.",
    )
  })

  it('counts a dictionary key that its schema refuses as additional', () => {
    const schema = v.record(v.pipe(v.string(), v.regex(/^[a-z]*$/)), v.string())

    expect(said(schema, { a: 'x', 'b.c': 'x' })).toBe('Additional properties not allowed: b.c')
  })

  it('says nothing of the members of an object that is wrong itself', () => {
    const schema = v.strictObject({ a: v.optional(v.string()) })

    expect(payload(schema, { a: 1, b: 1 })).toBe("Payload validation error: 'Additional properties not allowed: b'.")
  })

  it('reports wrong members backwards, each with its own context', () => {
    const schema = v.strictObject({ a: v.string(), b: v.string() })

    expect(payload(schema, { a: 1, b: true })).toBe(
      "Payload validation error: 'Expected type string but found type boolean' on property b. (also) " +
        "Payload validation error: 'Expected type string but found type integer' on property a.",
    )
  })

  it('stops describing a flood of mistakes', () => {
    const message = payload(v.array(v.string()), new Array(100_000).fill(1))

    expect(message?.split(' (also) ')).toHaveLength(100)
  })

  it.each(['__proto__', 'constructor', 'prototype', 'toString'])('takes %s for a key like any other', (name) => {
    const value = JSON.parse(`{"${name}":1}`)

    expect(payload(v.record(v.string(), v.unknown()), value)).toBeUndefined()
    expect(said(v.strictObject({}), value)).toBe(`Additional properties not allowed: ${name}`)
    expect(said(v.record(v.string(), v.string()), value)).toBe('Expected type string but found type integer')
  })

  it('does not take an inherited member for one that was sent', () => {
    expect(said(v.strictObject({ constructor: v.string() }), {})).toBe('Missing required property: constructor')
  })

  it('speaks for rules beyond a schema, too', () => {
    expect(validationSentence('payload', 'No', { path: ['a', 'b'], description: 'Thing' })).toBe(
      "Payload validation error: 'No' on property a.b (Thing).",
    )
    expect(validationSentence('query', 'No')).toBe("Query validation error: 'No'.")
  })
})
