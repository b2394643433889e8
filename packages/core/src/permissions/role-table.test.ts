import { expect, it } from 'vitest'
import { builtInRoles } from './built-in-roles'
import { createRoleTable } from './role-table'

it('grants what the built-in roles grant, and nothing for unknown ones', () => {
  const table = createRoleTable()

  expect(table.names).toEqual(Object.keys(builtInRoles))
  expect(table.grants('ORG_OWNER', 'user.write')).toBe(true)
  expect(table.grants('ORG_OWNER', 'iam.write')).toBe(false)
  expect(table.grants('__proto__', 'constructor')).toBe(false)
  expect(table.permissionsOf('nobody')).toEqual([])
})

it('knows roles of the host beside them', () => {
  const table = createRoleTable({ LIBRARIAN: ['book.lend'] })

  expect(table.grants('LIBRARIAN', 'book.lend')).toBe(true)
  expect(table.permissionsOf('LIBRARIAN')).toEqual(['book.lend'])
})

it('refuses to replace a built-in role', () => {
  expect(() => createRoleTable({ ORG_OWNER: [] })).toThrow(TypeError)
})
