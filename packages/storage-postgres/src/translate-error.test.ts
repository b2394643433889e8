import { OutcomeUnknownError, StorageUnavailableError } from '@indwell/core'
import { tableNames } from '@indwell/storage-kysely'
import { describe, expect, it } from 'vitest'
import { isLostRace, translateError } from './translate-error'

const serverError = (code: string, constraint?: string) =>
  Object.assign(new Error('by the server'), { code, severity: 'ERROR', constraint })

describe('translateError', () => {
  it.each([
    ['57P03', 'unreachable'],
    ['53300', 'busy'],
    ['57014', 'busy'],
    ['25006', 'read_only'],
    ['53100', 'full'],
    ['42P01', 'failed'],
    ['23505', 'failed'],
  ])('makes %s of the server %s', (code, reason) => {
    for (const errand of ['connect', 'read', 'write'] as const) {
      const cause = serverError(code)
      expect(translateError(cause, errand)).toEqual(
        expect.objectContaining({ code: 'storage_unavailable', reason, cause }),
      )
    }
  })

  it.each([
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }),
    new Error('Connection terminated unexpectedly'),
    serverError('57P01'),
    serverError('08006'),
  ])('knows the outcome of a write only if the connection lasted: %s', (error) => {
    expect(translateError(error, 'write')).toBeInstanceOf(OutcomeUnknownError)
    for (const errand of ['connect', 'read'] as const) {
      expect(translateError(error, errand)).toMatchObject({ reason: 'unreachable', cause: error })
    }
  })

  it('leaves errors of the directory as they are', () => {
    const error = new StorageUnavailableError('closed')
    expect(translateError(error, 'write')).toBe(error)
  })
})

describe('isLostRace', () => {
  const names = tableNames({ prefix: 'x_' })

  it.each([
    'x_aggregate_key',
    'x_event_key',
    'x_claim_key',
    'x_kept_answer_key',
    'x_claim_p0_pkey',
    'x_event_p255_pkey',
  ])('is a duplicate of %s', (constraint) => {
    expect(isLostRace(serverError('23505', constraint), names)).toBe(true)
  })

  it.each(['40001', '40P01'])('is %s', (code) => {
    expect(isLostRace(serverError(code), names)).toBe(true)
  })

  it('is no duplicate that a second try would meet again', () => {
    expect(isLostRace(serverError('23505', 'x_access_token_by_hash'), names)).toBe(false)
    expect(isLostRace(serverError('23505', 'x_user_p1_pkey'), names)).toBe(false)
    expect(isLostRace(serverError('23505', 'x_claim_p1_other'), names)).toBe(false)
    expect(isLostRace(serverError('23505', 'indwell_claim_key'), names)).toBe(false)
  })

  it('is no broken connection', () => {
    expect(isLostRace(new Error('Connection terminated'), names)).toBe(false)
  })
})
