import * as v from 'valibot'
import { expect, it } from 'vitest'
import { jsonTypeOf, wireRule } from './wire-rule'

it('flattens a schema once', () => {
  const schema = v.string()

  expect(wireRule(schema)).toBe(wireRule(schema))
})

it('refuses schemas and actions without words of their own', () => {
  expect(() => wireRule(v.date())).toThrow(TypeError)
  expect(() => wireRule(v.pipe(v.string(), v.isbn()))).toThrow(TypeError)
})

it('ends the sentence about additional members as the schema asks', () => {
  const schema = v.pipe(v.strictObject({}), v.metadata({ additionalPropertiesHint: '(read the manual)' }))

  expect(wireRule(schema).checks.flatMap((check) => check({ a: 1 }))).toEqual([
    { text: 'Additional properties not allowed: a (read the manual)' },
  ])
})

it('names JSON types as the service does', () => {
  const values = [{}, Object.create(null), [], 'a', 1, 1.0, 1.5, Number.POSITIVE_INFINITY, 1n, true, null, undefined]

  expect(values.map(jsonTypeOf)).toEqual(
    'object object array string integer integer number number integer boolean null null'.split(' '),
  )
})
