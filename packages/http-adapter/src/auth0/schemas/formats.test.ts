import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { emailFormat, strictUriFormat } from './formats'

const isEmail = (text: string) => v.is(v.pipe(v.string(), emailFormat), text)
const isUri = (text: string) => v.is(v.pipe(v.string(), strictUriFormat), text)

describe('an e-mail', () => {
  it.each(['a@b.co', "o'brien+x@mail.example.com", 'jörg@exämple.de', 'a@xn--80ak6aa92e.xn--p1ai'])(
    'may be %s',
    (text) => {
      expect(isEmail(text)).toBe(true)
    },
  )

  it.each([
    '',
    'a@b',
    '@b.co',
    'a b@c.de',
    'a..b@c.de',
    'a@-b.de',
    'a@b.c1',
    'a@b.co\n',
    `${'a'.repeat(65)}@b.co`,
    `a@${'b.'.repeat(150)}co`,
    '\ud800@b.co',
  ])('is not %j', (text) => {
    expect(isEmail(text)).toBe(false)
  })

  it('is looked at in linear time', () => {
    expect(isEmail(`${'a.'.repeat(500_000)}@`)).toBe(false)
    expect(isEmail(`a@${'a-'.repeat(120)}`)).toBe(false)
  })
})

describe('a URI', () => {
  it.each(['https://example.com/p.png', 'urn:x:y', 'https://example-picture-url.jpg'])('may be %s', (text) => {
    expect(isUri(text)).toBe(true)
  })

  it.each(['', 'x', '/p.png', 'https://', 'https://a b'])('is not %j', (text) => {
    expect(isUri(text)).toBe(false)
  })
})
