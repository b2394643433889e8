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

it('grants in an org nothing that only roles of the instance are made for', () => {
  const table = createRoleTable({ SUPPORT: ['org.read', 'iam.read', 'events.read', 'book.lend'] })

  expect(table.permissionsOf('SUPPORT')).toEqual(['org.read', 'iam.read', 'events.read', 'book.lend'])
  expect(table.permissionsOf('SUPPORT', 'org')).toEqual(['org.read', 'book.lend'])
  expect(table.grants('SUPPORT', 'iam.read')).toBe(true)
  expect(table.grants('SUPPORT', 'iam.read', 'org')).toBe(false)
  for (const role of Object.keys(builtInRoles).filter((name) => !name.startsWith('IAM'))) {
    expect(table.permissionsOf(role, 'org')).toEqual(table.permissionsOf(role))
  }
})
