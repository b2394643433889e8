import { expect, it } from 'vitest'
import { projectFields } from './project-fields'

const user = { email: 'a@example.com', picture: 'p', user_id: 'auth0|1', user_metadata: { a: 1 } }

it('V28, V30, V36: keeps exactly the fields asked for', () => {
  expect(projectFields(user, 'email')).toEqual({ email: 'a@example.com' })
  expect(projectFields(user, 'user_metadata', true)).toEqual({ user_metadata: { a: 1 } })
})

it('V29: drops the fields not wanted', () => {
  expect(projectFields(user, 'picture,email,user_id', false)).toEqual({ user_metadata: { a: 1 } })
})

it('answers the whole object when no fields are named', () => {
  expect(projectFields(user, undefined, false)).toBe(user)
  expect(projectFields(user, '')).toBe(user)
})

it('ignores unknown and inherited names', () => {
  expect(projectFields(user, 'nope,constructor,__proto__')).toEqual({})
})

it('keeps what always stays', () => {
  expect(projectFields({ tenant: 't', client_id: 'c', name: 'n' }, 'client_id', true, ['tenant'])).toEqual({
    tenant: 't',
    client_id: 'c',
  })
  expect(projectFields({ tenant: 't', name: 'n' }, 'tenant', false, ['tenant'])).toEqual({ tenant: 't', name: 'n' })
})
