import * as v from 'valibot'
import { parseInput } from '../input'
import { maxChangesPerCall, maxKeyLength, maxValueLength } from '../metadata/metadata-input'

/** How long things may be that are written. Lengths of keys and names count characters (code points). */
export interface DirectoryLimits {
  /** Key of an entry of metadata. */
  readonly metadataKeyLength: number
  /** Value of an entry that is bytes. */
  readonly metadataValueBytes: number
  /** JSON text of a value, in UTF-16 code units. */
  readonly metadataJsonLength: number
  /** Keys that one write changes. */
  readonly metadataChanges: number
  /** User name of a user. */
  readonly userNameLength: number
  /** First name and last name, each. */
  readonly personNameLength: number
  readonly nickNameLength: number
  /** One that was given: what is made of first and last name may be as long as these. */
  readonly displayNameLength: number
  readonly orgNameLength: number
  readonly clientNameLength: number
}

/** `zitadel` and `auth0` are what those services take. */
export type LimitProfile = 'default' | 'zitadel' | 'auth0'

/** A profile, or limits of one's own: those that are not named are the profile's `like` which they are. */
export type LimitsInput = LimitProfile | (Partial<DirectoryLimits> & { readonly like?: LimitProfile })

/** What every directory holds to. Nothing longer was ever tested, so nothing raises it. */
const house: DirectoryLimits = {
  metadataKeyLength: maxKeyLength,
  metadataValueBytes: maxValueLength,
  metadataJsonLength: maxValueLength,
  metadataChanges: maxChangesPerCall,
  userNameLength: 200,
  personNameLength: 200,
  nickNameLength: 300,
  displayNameLength: 401,
  orgNameLength: 200,
  clientNameLength: 200,
}

/** @see docs/limits.md, whose table a test compares with this one. */
export const limitProfiles: Readonly<Record<LimitProfile, DirectoryLimits>> = {
  default: house,
  zitadel: {
    ...house,
    metadataKeyLength: 200,
    metadataValueBytes: 500_000,
    metadataJsonLength: 500_000,
    nickNameLength: 200,
    displayNameLength: 200,
  },
  auth0: { ...house, personNameLength: 150, displayNameLength: 300, orgNameLength: 50 },
}

const Profile = v.picklist(['default', 'zitadel', 'auth0'], 'must be default, zitadel or auth0')
const upTo = (max: number) => {
  const problem = `must be 1 to ${max}`
  return v.optional(v.pipe(v.number(problem), v.safeInteger(problem), v.minValue(1, problem), v.maxValue(max, problem)))
}
const OwnLimits = v.strictObject({
  like: v.optional(Profile),
  metadataKeyLength: upTo(house.metadataKeyLength),
  metadataValueBytes: upTo(house.metadataValueBytes),
  metadataJsonLength: upTo(house.metadataJsonLength),
  metadataChanges: upTo(house.metadataChanges),
  userNameLength: upTo(house.userNameLength),
  personNameLength: upTo(house.personNameLength),
  nickNameLength: upTo(house.nickNameLength),
  displayNameLength: upTo(house.displayNameLength),
  orgNameLength: upTo(house.orgNameLength),
  clientNameLength: upTo(house.clientNameLength),
})

/**
 * What is to be held to beside what every directory holds to; `undefined`: nothing.
 *
 * @throws {@link InvalidInputError} naming the limit that is none, or above what every directory holds to.
 */
export function parseLimits(input: LimitsInput | undefined): DirectoryLimits | undefined {
  if (input === undefined || input === 'default') return undefined
  // A list would pass as an object without members.
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return limitProfiles[parseInput(v.object({ limits: Profile }), { limits: input }).limits]
  }
  const { like = 'default', ...own } = parseInput(v.object({ limits: OwnLimits }), { limits: input }).limits
  const named = Object.entries(own).filter(([, limit]) => limit !== undefined)
  return { ...limitProfiles[like], ...Object.fromEntries(named) }
}
