import { expect, it } from 'vitest'
import { readQuery } from '../read-query'
import { ListUsersQuery } from './list-users'

const refused = (message: unknown) =>
  expect.objectContaining({ statusCode: 400, errorCode: 'invalid_query_string', message })

it('V35, V45, V48: the query of GET /users is read', () => {
  const query =
    'include_totals=true&per_page=50&q=email%3A%22jane.doe%40example.com%22&search_engine=v3&sort=created_at%3A1'

  expect({ ...readQuery(ListUsersQuery, query) }).toEqual({
    include_totals: true,
    per_page: 50,
    q: 'email:"jane.doe@example.com"',
    search_engine: 'v3',
    sort: 'created_at:1',
  })
})

it('V37: a page has at most a hundred users', () => {
  expect(() => readQuery(ListUsersQuery, 'per_page=101')).toThrow(
    refused(
      expect.stringMatching(
        /^Query validation error: 'Value 101 is greater than maximum 100' on property per_page \(.+\)\.$/,
      ),
    ),
  )
})

it('V38: pages count from 0', () => {
  expect(() => readQuery(ListUsersQuery, 'page=-1')).toThrow(
    refused(expect.stringMatching(/'Value -1 is less than minimum 0' on property page \(.+\)\.$/)),
  )
})

it('V39: unknown parameters are refused', () => {
  expect(() => readQuery(ListUsersQuery, 'foo=1')).toThrow(
    refused("Query validation error: 'Additional properties not allowed: foo'."),
  )
})

it('V40: unknown fields are refused with the list of known ones', () => {
  expect(() => readQuery(ListUsersQuery, 'fields=id,email,name')).toThrow(
    refused(
      expect.stringMatching(
        /^Query validation error: 'String 'id,email,name' does not match pattern\. Must be a comma separated list of the following values: phone_number,email,email_verified,picture,username,user_id,name,nickname,created_at,identities,app_metadata,user_metadata,last_ip,last_login,logins_count,updated_at,blocked,family_name,given_name' on property fields \(.+\)\.$/,
      ),
    ),
  )
  expect(readQuery(ListUsersQuery, 'fields=user_id,email').fields).toBe('user_id,email')
})
