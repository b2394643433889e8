import * as v from 'valibot'
import { expect, it } from 'vitest'
import { Auth0Error } from './error-body'
import { readQuery } from './read-query'

const Query = v.strictObject({
  page: v.optional(v.pipe(v.number(), v.integer())),
  include_totals: v.optional(v.boolean()),
  q: v.optional(v.string()),
})

function refusal(query: string): unknown {
  try {
    return readQuery(Query, query)
  } catch (error) {
    if (error instanceof Auth0Error) return error
    throw error
  }
}

it('reads text as the kind the schema wants', () => {
  expect({ ...readQuery(Query, 'page=20&include_totals=true&q=12') }).toEqual({
    page: 20,
    include_totals: true,
    q: '12',
  })
})

it('decodes once, plus signs as blanks', () => {
  expect(readQuery(Query, 'q=email%3A%22jane.doe%40example.com%22+a%2520b').q).toBe(
    'email:"jane.doe@example.com" a%20b',
  )
})

it.each([
  ['page=abc', "'Expected type integer but found type string' on property page."],
  ['page=', "'Expected type integer but found type string' on property page."],
  ['page=1.5', "'Expected type integer but found type number' on property page."],
  ['page=1&page=2', "'Expected type integer but found type array' on property page."],
  ['include_totals=1', "'Expected type boolean but found type string' on property include_totals."],
  ['__proto__=1', "'Additional properties not allowed: __proto__'."],
  ['constructor=1&toString=2', "'Additional properties not allowed: toString,constructor'."],
])('refuses ?%s', (query, message) => {
  expect(refusal(query)).toMatchObject({
    statusCode: 400,
    errorCode: 'invalid_query_string',
    message: `Query validation error: ${message}`,
  })
})

it.each([
  ['q=%', '%'],
  ['q=%ff', '\ufffd'],
  ['q=%00', '\0'],
  ['q=\ud800', '\ufffd'],
  ['&&q=&', ''],
])('reads malformed %j as best it can', (query, q) => {
  expect(refusal(query)).toMatchObject({ q })
})
