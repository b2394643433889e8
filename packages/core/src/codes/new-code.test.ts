import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashOfCode, newCode } from './new-code'

const made = (purpose: Parameters<typeof newCode>[1], bytes: (length: number) => Uint8Array = randomBytes) =>
  newCode({ randomBytes: bytes, now: () => 1000 }, purpose)

describe('newCode', () => {
  it('makes six digits for a phone, six upper-case letters and digits for an e-mail, for an hour', () => {
    expect(made('phone')).toEqual({ code: expect.stringMatching(/^[0-9]{6}$/), expiresAt: 3_601_000 })
    expect(made('email').code).toMatch(/^[A-Z0-9]{6}$/)
    expect(made('initialization').code).toMatch(/^[A-Z0-9]{6}$/)
  })

  it('ends whatever the bytes are, and answers another code for other bytes', () => {
    expect(made('email', (length) => new Uint8Array(length)).code).toBe('AAAAAA')
    expect(made('email', (length) => new Uint8Array(length).fill(255)).code).toMatch(/^[A-Z0-9]{6}$/)
    expect(made('email', (length) => new Uint8Array(length).fill(1)).code).not.toBe(
      made('email', (length) => new Uint8Array(length).fill(2)).code,
    )
  })

  it('prefers no character', () => {
    const counts = new Map<string, number>()
    for (let run = 0; run < 6000; run += 1) {
      for (const character of made('email').code) counts.set(character, (counts.get(character) ?? 0) + 1)
    }

    // 1000 each are expected; six standard deviations are 190.
    expect(counts.size).toBe(36)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(190)
  })
})

describe('hashOfCode', () => {
  it('differs by purpose, user, address and code', () => {
    const hashes = [
      hashOfCode('email', { userId: 'a', address: 'x' }, 'C'),
      hashOfCode('phone', { userId: 'a', address: 'x' }, 'C'),
      hashOfCode('email', { userId: 'b', address: 'x' }, 'C'),
      hashOfCode('email', { userId: 'a', address: 'y' }, 'C'),
      hashOfCode('email', { userId: 'a', address: null }, 'C'),
      hashOfCode('email', { userId: 'a', address: 'x' }, 'D'),
    ]

    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
