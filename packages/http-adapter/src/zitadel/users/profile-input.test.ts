import { describe, expect, it } from 'vitest'
import { optionalProfile } from './profile-input'

const nothing = { nickName: '', preferredLanguage: '', gender: 'GENDER_UNSPECIFIED' } as const

describe('optionalProfile', () => {
  it('leaves out what is empty or unspecified', () => {
    expect(optionalProfile(nothing)).toEqual({ nickName: undefined, preferredLanguage: undefined, gender: undefined })
    expect(optionalProfile({ ...nothing, gender: 99 }).gender).toBeUndefined()
  })

  it.each([
    ['de', 'de'],
    ['DE-ch', 'de-CH'],
    ['en_US', 'en-US'],
    ['und', undefined],
    ['no language', undefined],
    ['-', undefined],
    ['sh-x-abcd', undefined],
  ])('reads the language %j as %j', (preferredLanguage, language) => {
    expect(optionalProfile({ ...nothing, preferredLanguage }).preferredLanguage).toBe(language)
  })
})
