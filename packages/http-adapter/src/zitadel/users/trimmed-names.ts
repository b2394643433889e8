import { apiError } from '../api-error'

interface Names {
  readonly userName: string
  readonly firstName: string
  readonly lastName: string
}

/** The names of a human who is about to be added, without blanks around them. @throws {@link ApiError} for an empty one. */
export function trimmedNames(names: Names): Names {
  const userName = names.userName.trim()
  const firstName = names.firstName.trim()
  const lastName = names.lastName.trim()
  if (userName === '') throw apiError('invalid_argument', 'V2-zzad3', 'Errors.Invalid.Argument')
  if (firstName === '') throw apiError('invalid_argument', 'USER-UCej2', 'Errors.User.Profile.FirstNameEmpty')
  if (lastName === '') throw apiError('invalid_argument', 'USER-4hB7d', 'Errors.User.Profile.LastNameEmpty')
  return { userName, firstName, lastName }
}
