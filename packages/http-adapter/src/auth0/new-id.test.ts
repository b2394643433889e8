import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newClientId, newClientSecret, newObjectId, newOrganizationId, newRoleId } from './new-id'

describe('new ids', () => {
  it('V3, V4: of users are 24 hex digits', () => {
    expect(newObjectId(randomBytes)).toMatch(/^[0-9a-f]{24}$/)
  })

  it('V78: of clients are 32 letters and digits', () => {
    expect(newClientId(randomBytes)).toMatch(/^[A-Za-z0-9]{32}$/)
  })

  it('of secrets are 64 url-safe characters', () => {
    expect(newClientSecret(randomBytes)).toMatch(/^[A-Za-z0-9_-]{64}$/)
  })

  it('V93, V111: of organizations and roles carry their prefix', () => {
    expect(newOrganizationId(randomBytes)).toMatch(/^org_[A-Za-z0-9]{16}$/)
    expect(newRoleId(randomBytes)).toMatch(/^rol_[A-Za-z0-9]{16}$/)
  })

  it('favour no letter', () => {
    // Every byte value once per round: each letter must come up equally often, the excess being drawn again.
    let next = 0
    const everyByte = (count: number) => Uint8Array.from({ length: count }, () => next++ % 256)
    const counts = new Map<string, number>()

    for (let round = 0; round < 31; round++) {
      for (const letter of newClientId(everyByte)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    }

    expect(counts.size).toBe(62)
    expect(new Set(counts.values())).toEqual(new Set([16]))
  })
})
