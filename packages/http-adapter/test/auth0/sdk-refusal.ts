import { ManagementError } from 'auth0'
import { expect } from 'vitest'

/** What the vendor's SDK makes of an answer that refuses a call. */
export async function refused(pending: PromiseLike<unknown>) {
  const error = await Promise.resolve(pending).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ManagementError)
  const { name, statusCode, body } = error as ManagementError
  return { name, statusCode, body }
}
