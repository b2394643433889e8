import { describe, expect, it } from 'vitest'
import { metadataItem } from './metadata-item'

const entry = { key: 'k', sequence: '2', createdAt: 1, changedAt: 2, orgId: 'acme' }

describe('metadataItem', () => {
  it('hands over bytes as they are', () => {
    const value = Uint8Array.of(0, 255)

    expect(metadataItem({ ...entry, value })).toEqual({
      details: { sequence: '2', creationDate: 1, changeDate: 2, resourceOwner: 'acme' },
      key: 'k',
      value,
    })
  })

  it('shows the text of what the host put there as JSON', () => {
    expect(metadataItem({ ...entry, value: { a: ['ü'] } }).value).toEqual(new TextEncoder().encode('{"a":["ü"]}'))
  })
})
