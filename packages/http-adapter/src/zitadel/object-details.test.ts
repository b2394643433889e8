import { describe, expect, it } from 'vitest'
import { zitadelContract } from './contract.generated'
import { listDetails, listDetailsV2, objectDetails } from './object-details'
import { encodeMessage } from './proto-json'

const facts = { sequence: 3, createdAt: 1_741_188_270_592, changedAt: 1_741_188_271_000, resourceOwner: 'O' }

describe('objectDetails', () => {
  it('vector 29: a write tells all four members, and no id', () => {
    const details = objectDetails(facts)

    expect(encodeMessage(zitadelContract, 'management.v1.SetUserMetadataResponse', { details })).toEqual({
      details: {
        sequence: '3',
        creationDate: '2025-03-05T15:24:30.592Z',
        changeDate: '2025-03-05T15:24:31Z',
        resourceOwner: 'O',
      },
    })
  })

  it('fits v2 as well', () => {
    const encoded = encodeMessage(zitadelContract, 'object.v2.Details', objectDetails(facts))

    expect(encoded).toMatchObject({ sequence: '3', resourceOwner: 'O' })
  })
})

describe('listDetails', () => {
  it('vector 57: leaves out a total of 0', () => {
    expect(encodeMessage(zitadelContract, 'v1.ListDetails', listDetails(0, facts.changedAt))).toEqual({
      viewTimestamp: '2025-03-05T15:24:31Z',
    })
  })

  it('vector 38: tells the total as a text', () => {
    expect(encodeMessage(zitadelContract, 'v1.ListDetails', listDetails(2, facts.changedAt))).toMatchObject({
      totalResult: '2',
    })
  })

  it('calls the time timestamp in v2', () => {
    expect(encodeMessage(zitadelContract, 'object.v2.ListDetails', listDetailsV2(2, facts.changedAt))).toEqual({
      totalResult: '2',
      timestamp: '2025-03-05T15:24:31Z',
    })
  })
})
