import { describe, expect, it } from 'vitest'
import { emptyAnswer, jsonAnswer } from './json-answer'

describe('answers', () => {
  it('carry the headers the service sends', () => {
    expect(jsonAnswer(200, { a: 1 })).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-cache',
        vary: 'origin,accept-encoding',
      },
      body: '{"a":1}',
    })
  })

  it('have neither body nor content type when empty', () => {
    expect(emptyAnswer()).toEqual({
      status: 204,
      headers: { 'cache-control': 'no-cache', vary: 'origin,accept-encoding' },
    })
  })
})
