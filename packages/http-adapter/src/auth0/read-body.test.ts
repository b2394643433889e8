import * as v from 'valibot'
import { expect, it } from 'vitest'
import { readBody } from './read-body'

it('hands the body over as it came', () => {
  const body = JSON.parse('{"__proto__":1,"constructor":2}')

  expect(readBody(v.record(v.string(), v.unknown()), body)).toBe(body)
})

it('refuses a body as 400 invalid_body', () => {
  expect(() => readBody(v.strictObject({}), null)).toThrow(
    expect.objectContaining({
      statusCode: 400,
      errorCode: 'invalid_body',
      message: "Payload validation error: 'Expected type object but found type null'.",
    }),
  )
})
