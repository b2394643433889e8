import { describe, expect, it } from 'vitest'
import type { AppendedEvent } from '../events/event'
import { evolveOrg, evolveOrgDomain, generatedDomain } from './org'

const happened = (type: string, payload = {}, sequence = '2'): AppendedEvent => ({
  aggregate: { type: 'org', id: 'acme' },
  owner: 'acme',
  type,
  payload,
  sequence,
  createdAt: Number(sequence),
})

describe('generatedDomain', () => {
  it.each([
    ['Acme', 'acme.localhost'],
    ['  Acme & Sons, Ltd. ', 'acme--sons-ltd.localhost'],
    ['--A--', 'a.localhost'],
    ['Zürich', 'zürich.localhost'],
    ['東京 2', '東京-2.localhost'],
    ['x'.repeat(100), `${'x'.repeat(63)}.localhost`],
    ['é'.repeat(100), `${'é'.repeat(31)}.localhost`],
    [`${'x'.repeat(62)} y`, `${'x'.repeat(62)}.localhost`],
  ])('makes %j %j', (name, domain) => {
    expect(generatedDomain(name, 'localhost')).toBe(domain)
  })

  it.each(['', '&', '---', '\u{1f600}'])('makes none of %j', (name) => {
    expect(generatedDomain(name, 'localhost')).toBeUndefined()
  })
})

describe('evolveOrg', () => {
  const acme = evolveOrg(undefined, happened('org.added', { name: 'Acme' }, '1'))

  it('follows name, state and primary domain', () => {
    expect(acme).toMatchObject({ orgId: 'acme', name: 'Acme', state: 'active', primaryDomain: null, sequence: '1' })
    expect(evolveOrg(acme, happened('org.changed', { name: 'A' }))).toEqual({
      ...acme,
      name: 'A',
      sequence: '2',
      changedAt: 2,
    })
    const described = evolveOrg(
      acme,
      happened('org.profile.changed', { displayName: 'A', settings: { a: { b: 1 }, c: 1, d: null } }),
    )
    expect(described).toEqual({
      ...acme,
      displayName: 'A',
      settings: { a: { b: 1 }, c: 1 },
      sequence: '2',
      changedAt: 2,
    })
    const redescribed = happened('org.profile.changed', { displayName: null, settings: { a: { e: 2 }, c: null } }, '3')
    expect(evolveOrg(described, redescribed)).toMatchObject({ displayName: null, settings: { a: { e: 2 } } })
    expect(evolveOrg(described, redescribed)?.settings).toEqual({ a: { e: 2 } })
    expect(evolveOrg(acme, happened('org.deactivated'))).toMatchObject({ state: 'inactive' })
    expect(evolveOrg(acme, happened('org.domain.primary.set', { domain: 'a.x' }))).toMatchObject({
      primaryDomain: 'a.x',
    })
    expect(evolveOrg(acme, happened('org.removed'))).toBeUndefined()
  })

  it('is not moved by what it does not show', () => {
    expect(evolveOrg(acme, happened('org.metadata.set'))).toBe(acme)
    expect(evolveOrg(acme, happened('org.domain.added', { domain: 'a.x' }))).toBe(acme)
    expect(evolveOrg(undefined, happened('org.changed', { name: 'A' }))).toBeUndefined()
  })
})

it('evolveOrgDomain follows verification and which domain is primary', () => {
  const added = evolveOrgDomain(undefined, happened('org.domain.added', { domain: 'a.x' }, '1'))
  const verified = evolveOrgDomain(added, happened('org.domain.verified', { domain: 'a.x' }))
  const primary = evolveOrgDomain(verified, happened('org.domain.primary.set', { domain: 'a.x' }, '3'))

  expect(primary).toMatchObject({ orgId: 'acme', domain: 'a.x', isVerified: true, isPrimary: true, sequence: '3' })
  expect(evolveOrgDomain(primary, happened('org.domain.primary.set', { domain: 'b.x' }))).toMatchObject({
    isPrimary: false,
  })
  expect(evolveOrgDomain(primary, happened('org.domain.removed', { domain: 'a.x' }))).toBeUndefined()
})
