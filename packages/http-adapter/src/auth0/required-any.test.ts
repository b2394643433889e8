import * as v from 'valibot'
import { expect, it } from 'vitest'
import { requiredAny } from './required-any'

const schema = v.pipe(v.looseObject({}), requiredAny('a', 'toString'))

it('accepts an object with one of the keys', () => {
  expect(v.is(schema, { a: undefined })).toBe(true)
})

it('refuses one without, inherited keys not counting', () => {
  expect(v.is(schema, { b: 1 })).toBe(false)
})
