import { expect, it } from 'vitest'
import { tagOf } from './tag-of'

const paths = [
  '/management/v1/users/{id}/metadata/{key}',
  '/management/v1/users/_search',
  '/management/v1/users/{id}/profile',
  '/management/v1/users/{id}/metadata/_search',
  '/management/v1/orgs/me',
  '/v2/users/{user_id}',
]

it.each([
  ['/management/v1/users/{id}/metadata/{key}', 'Management: metadata'],
  ['/management/v1/users/{id}/metadata/_search', 'Management: metadata'],
  ['/management/v1/users/_search', 'Management: users'],
  ['/management/v1/users/{id}/profile', 'Management: users'],
  ['/management/v1/orgs/me', 'Management: orgs'],
])('%s belongs to %s', (path, tag) => {
  expect(tagOf('management.v1.ManagementService', path, paths)).toBe(tag)
})

it('names the service of a path without one', () => {
  expect(tagOf('user.v2.UserService', '/v2/users/{user_id}', paths)).toBe('User: users')
})
