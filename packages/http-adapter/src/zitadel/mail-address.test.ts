import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkMailAddress } from './mail-address'

describe('checkMailAddress', () => {
  it.each([
    ['a@b.ch', 'a@b.ch'],
    ['a@localhost', 'a@localhost'],
    [' a@b.ch ', 'a@b.ch'],
    ['A B <a@b.ch>', 'a@b.ch'],
    ['"Ada, L." <ada@acme.example>', 'ada@acme.example'],
    ['a@b.ch (a comment (nested))', 'a@b.ch'],
    ['<a@b.ch>', 'a@b.ch'],
    ['"a b"@b.ch', 'a b@b.ch'],
    ['jürgen@b.ch', 'jürgen@b.ch'],
    ["o'hara+tag@b.ch", "o'hara+tag@b.ch"],
    ['group: a@b.ch;', 'a@b.ch'],
  ])('takes %j', (text, address) => {
    expect(checkMailAddress(text)).toEqual({ valid: true, address })
  })

  it.each([
    ['', 'mail: no address'],
    ['jane', "mail: missing '@' or angle-addr"],
    ['jane doe', 'mail: no angle-addr'],
    ['a@', "mail: missing '@' or angle-addr"],
    ['@b.ch', 'mail: missing word in phrase: mail: invalid string'],
    ['a..b@c.ch', "mail: missing '@' or angle-addr"],
    ['<a@b.ch', 'mail: unclosed angle-addr'],
    ['a@b.ch, c@d.ch', 'mail: expected single address, got ", c@d.ch"'],
    ['group:;', 'mail: empty group'],
    ['g: a@b.ch, c@d.ch;', 'mail: group with multiple addresses'],
    ['a@b.ch (open', 'mail: misformatted parenthetical comment'],
    ['"open', 'mail: missing word in phrase: mail: unclosed quoted-string'],
    ['a@b_c.ch', 'hostname parts can only contain alphanumeric characters or hyphens, got "_"'],
    ['a@b..ch', "mail: missing '@' or angle-addr"],
    ['a@b.ch.', "mail: missing '@' or angle-addr"],
    ['a@-b.ch', 'hostname parts cannot begin with hyphens'],
    ['a@b-.ch', 'hostname parts cannot end with hyphens'],
    [`a@${'b'.repeat(64)}.ch`, 'hostname part must be non-empty and cannot exceed 63 characters'],
    [`${'a'.repeat(65)}@b.ch`, 'email address local phrase cannot exceed 64 characters'],
    [`a@${'b.'.repeat(130)}ch`, 'email addresses cannot exceed 254 characters'],
  ])('refuses %j', (text, reason) => {
    expect(checkMailAddress(text)).toEqual({ valid: false, reason })
  })

  it('judges every text', () => {
    const scrap = fc.string({ unit: fc.constantFrom(...'ab@.<>()",:;\\ \t\u0000é👍-') })
    fc.assert(
      fc.property(scrap, (text) => {
        expect(checkMailAddress(text).valid).toBeTypeOf('boolean')
      }),
      { numRuns: 3000 },
    )
  })
})
