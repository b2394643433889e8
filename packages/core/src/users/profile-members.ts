import type { UserRecord } from '../storage/records'

/** What a profile says of a person, without names that are taken and without how to reach it. */
export const profileMembers = [
  'firstName',
  'lastName',
  'nickName',
  'displayName',
  'preferredLanguage',
  'gender',
  'avatarUrl',
] as const satisfies readonly (keyof UserRecord)[]
