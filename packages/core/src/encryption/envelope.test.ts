import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Envelope, openEnvelope, parseEnvelope, sealEnvelope } from './envelope'
import type { MetadataPlace } from './key-provider'

const key = createSecretKey(randomBytes(32))
const place: MetadataPlace = { subjectType: 'user', subjectId: 'ada', namespace: 'app', key: 'taxId' }
const tokens = { $i: ['ab12.token'], $u: 'ab12.claim' }
const seal = (value: Parameters<typeof sealEnvelope>[2], at = place) =>
  sealEnvelope('default', at, value, { keyId: '2026', key, randomBytes }, tokens)
const open = (text: string, at = place, instanceId = 'default', by = key) =>
  openEnvelope(instanceId, at, parseEnvelope(text) as Envelope, by)

const following = (character: string) => String.fromCharCode(character.charCodeAt(0) + 1)

describe('an envelope', () => {
  it('opens to what was sealed, text or bytes', () => {
    for (const json of ['"DE 1"', '{"a":["\\ud800",null]}', '""']) {
      expect(open(seal({ json }))).toEqual({ json })
    }
    expect(open(seal({ bytes: Uint8Array.of(0, 255) }))).toEqual({ bytes: Uint8Array.of(0, 255) })
    expect(open(seal({ bytes: new Uint8Array() }))).toEqual({ bytes: new Uint8Array() })
  })

  it('is another one each time', () => {
    expect(seal({ json: '1' })).not.toBe(seal({ json: '1' }))
  })

  // Of two of these lengths the last character of the ciphertext has bits to spare.
  it.each(['1', '12', '123'])(
    'is refused with any of its characters changed, and never taken for a value in the clear',
    (json) => {
      const text = seal({ json })
      for (let at = 0; at < text.length; at += 1) {
        for (const other of [following(text[at]!), 'A', 'b', '0', '"', ' ', '-', '}']) {
          if (text[at] === other) continue
          const tampered = text.slice(0, at) + other + text.slice(at + 1)
          const parsed = parseEnvelope(tampered)
          expect(parsed, tampered).toBeDefined()
          if (typeof parsed === 'object') expect(openEnvelope('default', place, parsed, key), tampered).toBeUndefined()
        }
      }
    },
  )

  it('is refused when bytes of it are missing', () => {
    const envelope = parseEnvelope(seal({ json: '1' })) as Envelope
    for (let length = 0; length < envelope.$d.length; length += 1) {
      expect(openEnvelope('default', place, { ...envelope, $d: envelope.$d.slice(0, length) }, key)).toBeUndefined()
    }
  })

  it.each([
    ['another subject', { ...place, subjectId: 'bob' }],
    ['another kind of subject', { ...place, subjectType: 'org' as const }],
    ['another namespace', { ...place, namespace: 'user' }],
    ['another key', { ...place, key: 'iban' }],
  ])('is refused at %s', (_, other) => {
    expect(open(seal({ json: '1' }), other)).toBeUndefined()
  })

  it('is refused in another instance, and under another key', () => {
    expect(open(seal({ json: '1' }), place, 'other')).toBeUndefined()
    expect(open(seal({ json: '1' }), place, 'default', createSecretKey(randomBytes(32)))).toBeUndefined()
  })

  it('is told from values that were there before', () => {
    for (const json of ['null', '1', '"$v"', '[]', '{}', '{"$v":1}', '{"a":{"$v":1,"$k":"x"}}']) {
      expect(parseEnvelope(json)).toBeUndefined()
    }
    expect(parseEnvelope('{"$v":2,"$k":"x","$d":"y"}')).toBe('damaged')
    expect(parseEnvelope('{"$v":1,"$k":"x","$d":"y","more":1}')).toBe('damaged')
  })
})
