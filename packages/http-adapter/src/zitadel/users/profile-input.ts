import type { Request } from '../binding'

const genders = new Map<Request<'management.v1.AddHumanUserRequest.Profile'>['gender'], 'female' | 'male' | 'diverse'>([
  ['GENDER_FEMALE', 'female'],
  ['GENDER_MALE', 'male'],
  ['GENDER_DIVERSE', 'diverse'],
])

/** Longest language tag that is kept, in characters. */
const maxLanguage = 10

/** Members of a profile that may be left out; `undefined` where they are. */
export function optionalProfile({
  nickName,
  preferredLanguage,
  gender,
}: Pick<Request<'management.v1.AddHumanUserRequest.Profile'>, 'nickName' | 'preferredLanguage' | 'gender'>) {
  return {
    nickName: nickName === '' ? undefined : nickName,
    preferredLanguage: languageOf(preferredLanguage),
    gender: genders.get(gender),
  }
}

/** A language tag (BCP 47) in its canonical form; `undefined` for a text that is none, which ZITADEL drops silently. */
function languageOf(text: string): string | undefined {
  try {
    const [tag] = Intl.getCanonicalLocales(text.replaceAll('_', '-'))
    return tag === undefined || tag === 'und' || tag.length > maxLanguage ? undefined : tag
  } catch {
    return undefined
  }
}
