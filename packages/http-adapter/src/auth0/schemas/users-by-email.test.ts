import { expect, it } from 'vitest'
import { readQuery } from '../read-query'
import { GetUserQuery } from './get-user'
import { UsersByEmailQuery } from './users-by-email'

it('V31: the address is decoded', () => {
  expect({ ...readQuery(UsersByEmailQuery, 'email=jane.doe%40example.com') }).toEqual({ email: 'jane.doe@example.com' })
})

it('V33: the address is required', () => {
  expect(() => readQuery(UsersByEmailQuery, '')).toThrow(
    expect.objectContaining({ message: "Query validation error: 'Missing required property: email'." }),
  )
})

it('V28, V29: one user takes fields to keep or to drop', () => {
  expect({ ...readQuery(GetUserQuery, 'fields=picture,email&include_fields=false') }).toEqual({
    fields: 'picture,email',
    include_fields: false,
  })
})
