import type { ActingDirectory, Directory } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { actingAs } from './acting-as'

/** Answers who was asked for. */
const directoryOf = () => ({ as: (actor: object) => ({ actor }) as ActingDirectory }) as Directory

describe('actingAs', () => {
  it('keeps what was made for a caller in a place', () => {
    const directory = directoryOf()
    const first = actingAs(directory, 'ada', { orgId: 'acme' })
    expect(first.actor).toEqual({ userId: 'ada', orgId: 'acme' })
    expect(actingAs(directory, 'ada', { orgId: 'acme' })).toBe(first)
  })

  it.each([
    ['another user', 'bob', { orgId: 'acme' }],
    ['another org', 'ada', { orgId: 'beta' }],
    ['its own org', 'ada', { orgId: '' }],
    ['wherever subjects live', 'ada', { orgId: 'acme', across: 'orgs' as const }],
    ['ids whose ends could be taken for one another', 'adaacme', { orgId: '' }],
    ['an id that looks like a key', 'a', { orgId: 'daacme' }],
  ])('is another one for %s', (_, userId, place) => {
    const directory = directoryOf()
    const first = actingAs(directory, 'ada', { orgId: 'acme' })
    const other = actingAs(directory, userId, place)
    expect(other).not.toBe(first)
    expect(other.actor).toEqual({
      userId,
      ...(place.orgId === '' ? {} : { orgId: place.orgId }),
      ...('across' in place && { across: place.across }),
    })
  })

  it('is another one for each directory', () => {
    const place = { orgId: '' }
    expect(actingAs(directoryOf(), 'ada', place)).not.toBe(actingAs(directoryOf(), 'ada', place))
  })

  it('keeps 256 and forgets the oldest', () => {
    const directory = directoryOf()
    const first = actingAs(directory, 'ada', { orgId: '' })
    for (let number = 1; number < 256; number += 1) actingAs(directory, `user${number}`, { orgId: '' })
    expect(actingAs(directory, 'ada', { orgId: '' })).toBe(first)
    actingAs(directory, 'one-more', { orgId: '' })
    expect(actingAs(directory, 'ada', { orgId: '' })).not.toBe(first)
  })
})
