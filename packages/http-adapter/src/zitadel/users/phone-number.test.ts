import { describe, expect, it } from 'vitest'
import { ApiError } from '../api-error'
import { phoneNumberOf } from './phone-number'

describe('a phone number', () => {
  it.each([
    ['+41710000000', '+41710000000'],
    ['+41 71 000 00 00', '+41710000000'],
    ['+41 071 000 00 00', '+41710000000'],
    ['+41 (0)71 000 00 00', '+41710000000'],
    ['+41 71/000.00-00', '+41710000000'],
    ['071 000 00 00', '+41710000000'],
    ['+1 (202) 555-0123', '+12025550123'],
    // What Italians dial begins with a zero.
    ['+39 06 1234 5678', '+390612345678'],
    ['+41 71 000 00 00 ext. 5', '+41710000000'],
    ['+٤١٧١٠٠٠٠٠٠٠', '+41710000000'],
    // No number anybody has, but one all the same.
    ['+4171', '+4171'],
  ])('%j is kept as %s', async (text, number) => {
    expect(await phoneNumberOf(text)).toBe(number)
  })

  it.each([
    '+',
    '+41',
    '+999123456',
    '+abc',
    '+1 800 FLOWERS',
    '+41 71 000 00 00 or so',
    '+41\u0000710000000',
    '\ud800',
  ])('%j is none', async (text) => {
    const error = await phoneNumberOf(text).catch((reason: unknown) => reason)

    expect(error).toBeInstanceOf(ApiError)
    expect((error as ApiError).status.detail?.id).toBe('PHONE-so0wa')
  })

  it.each(['', '  '])('is missing from %j', async (text) => {
    const error = await phoneNumberOf(text).catch((reason: unknown) => reason)

    expect((error as ApiError).status.detail?.id).toBe('PHONE-Zt0NV')
  })
})
