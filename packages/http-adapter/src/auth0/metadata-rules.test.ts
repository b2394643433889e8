import type { JsonObject } from '@indwell/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyMetadataChange,
  changeClientMetadata,
  changeUserMetadata,
  createClientMetadata,
  createUserMetadata,
  replaceOrganizationMetadata,
  tooManyClientMetadata,
  type UserMetadataKind,
} from './metadata-rules'

function patched(before: JsonObject, value: JsonObject, kind: UserMetadataKind = 'user_metadata'): JsonObject {
  return Object.fromEntries(applyMetadataChange(Object.entries(before), changeUserMetadata(kind, value)))
}

const surfer: JsonObject = { hobby: 'surfing', addresses: { home: 'A' }, tags: ['x'] }
const badBody = (message: unknown) => expect.objectContaining({ statusCode: 400, errorCode: 'invalid_body', message })

describe('a PATCH of user metadata', () => {
  it('V49, V50: adds a root name', () => {
    const addresses = { home: '123 Main Street', work: '100 Industrial Way' }

    expect(patched({ hobby: 'surfing' }, { addresses })).toEqual({ hobby: 'surfing', addresses })
  })

  it('V51: replaces nested values whole', () => {
    expect(patched(surfer, { addresses: { work: 'W' } })).toEqual({ ...surfer, addresses: { work: 'W' } })
  })

  it.each(['user_metadata', 'app_metadata'] as const)('V52: removes by null and sets at once in %s', (kind) => {
    expect(patched({ baz: 'qux', foo: 'bar' }, { baz: null, foo: 'bars' }, kind)).toEqual({ foo: 'bars' })
  })

  it('V53: keeps what is not named', () => {
    expect(patched({ facts: ['a'] }, { foo: 'bar' }, 'app_metadata')).toEqual({ facts: ['a'], foo: 'bar' })
  })

  it('V54, V55: clears by an empty object', () => {
    expect(changeUserMetadata('user_metadata', {})).toEqual({ clear: true, remove: [], set: [] })
    expect(patched(surfer, {})).toEqual({})
  })

  it.each(['user_metadata', 'app_metadata'] as const)('V59: refuses dotted names of %s at any depth', (kind) => {
    for (const value of [{ 'a.b': 1 }, { a: { 'b.c': 1 } }, { a: [[{ 'b.c': 1 }]] }, { 'a.b': null }]) {
      expect(() => changeUserMetadata(kind, value)).toThrow(
        badBody(expect.stringMatching(/^Fields with "\." are not allowed, please remove all dotted fields\./)),
      )
    }
  })

  it('V60: replaces arrays', () => {
    expect(patched(surfer, { tags: ['y'] })).toEqual({ ...surfer, tags: ['y'] })
  })

  it('V61: ignores null for a name that is not there', () => {
    expect(patched(surfer, { nope: null })).toEqual(surfer)
  })

  it('keeps nested nulls and empty objects as they are', () => {
    expect(patched(surfer, { addresses: { home: null }, tags: [null], more: {} })).toEqual({
      hobby: 'surfing',
      addresses: { home: null },
      tags: [null],
      more: {},
    })
  })

  it('refuses $ in names', () => {
    expect(() => changeUserMetadata('user_metadata', { $a: 1 })).toThrow(badBody(expect.stringContaining('$a')))
    expect(() => changeUserMetadata('app_metadata', { a: { b$c: 1 } })).toThrow(badBody(expect.stringContaining('b$c')))
  })

  it('refuses reserved root names of app_metadata only', () => {
    expect(() => changeUserMetadata('app_metadata', { _id: 1, plan: 'full', email: 'x' })).toThrow(
      badBody(expect.stringMatching(/: _id,email$/)),
    )
    expect(patched({}, { deep: { email: 'x' } }, 'app_metadata')).toEqual({ deep: { email: 'x' } })
    expect(patched({}, { email: 'x', blocked: true })).toEqual({ email: 'x', blocked: true })
  })

  it('survives depth', () => {
    let deep: JsonObject = { 'a.b': 1 }
    for (let level = 0; level < 100_000; level++) deep = { a: deep }

    expect(() => changeUserMetadata('user_metadata', deep)).toThrow(badBody(expect.stringContaining('dotted')))
  })

  it.each(['__proto__', 'constructor', 'prototype'])('treats %s as a name like any other', (name) => {
    const change = changeUserMetadata('user_metadata', JSON.parse(`{"${name}":{"polluted":true}}`))

    expect(change.set).toEqual([[name, { polluted: true }]])
    expect(Object.hasOwn(patched({}, JSON.parse(`{"${name}":1}`)), name)).toBe(true)
    expect('polluted' in {}).toBe(false)
  })
})

describe('metadata', () => {
  const name = fc.stringMatching(/^[a-c_]{0,2}$/)
  const object = fc.dictionary(name, fc.oneof(fc.integer(), fc.constant(null), fc.constant({})), {
    noNullPrototype: true,
  })

  it('merge like an object spread without nulls, unless empty', () => {
    fc.assert(
      fc.property(object, object, (before, value) => {
        const stored = Object.fromEntries(createUserMetadata('user_metadata', before))
        const merged = Object.entries({ ...stored, ...value }).filter(([, member]) => member !== null)

        expect(patched(stored, value)).toEqual(Object.keys(value).length === 0 ? {} : Object.fromEntries(merged))
      }),
    )
  })

  it('change nothing more when the same PATCH comes again', () => {
    fc.assert(
      fc.property(object, object, (before, value) => {
        const once = patched(before, value)

        expect(patched(once, value)).toEqual(once)
      }),
    )
  })

  it('of a POST lose their root nulls', () => {
    expect(createUserMetadata('app_metadata', { a: null, b: { c: null } })).toEqual([['b', { c: null }]])
    expect(() => createUserMetadata('app_metadata', { _id: 1 })).toThrow(badBody(expect.any(String)))
    expect(createClientMetadata({ a: null, b: 'x' })).toEqual([['b', 'x']])
  })
})

describe('client metadata', () => {
  const change = (before: JsonObject, value: JsonObject) =>
    Object.fromEntries(applyMetadataChange(Object.entries(before), changeClientMetadata(value)))

  it('V79, V80, V81, V82: merge by root name', () => {
    const second = change({ bar: 'baz', foo: 'zoo' }, { bar: null, foo: 'newZooButOldFoo', newBar: 'newBaz' })
    const third = change(second, { bar: 'baz', foo: null, newBar: null })

    expect(second).toEqual({ foo: 'newZooButOldFoo', newBar: 'newBaz' })
    expect(third).toEqual({ bar: 'baz' })
    expect(change(third, { bar: null })).toEqual({})
    expect(change({ mycolor: 'red', myflavor: 'grape' }, { mycolor: 'blue' })).toEqual({
      mycolor: 'blue',
      myflavor: 'grape',
    })
  })

  it('are refused when a merge leaves more than ten pairs', () => {
    expect(tooManyClientMetadata(11)).toEqual(
      badBody(
        expect.stringMatching(
          /^Payload validation error: 'Too many properties defined \(11\), maximum 10' on property client_metadata \(.+\)\.$/,
        ),
      ),
    )
  })
})

describe('organization metadata', () => {
  it('V95, V96: replace what is stored', () => {
    const change = (value: JsonObject) =>
      Object.fromEntries(applyMetadataChange([['another_key', 'a']], replaceOrganizationMetadata(value)))

    expect(change({ some_key: 'some_value', gone: null })).toEqual({ some_key: 'some_value' })
    expect(change({})).toEqual({})
  })
})
