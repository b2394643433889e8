import * as v from 'valibot'
import { text } from '../input'
import { isBuiltInPermission } from '../permissions/role-table'

/** 1 to 200 characters, not blank alone. */
export const roleName = v.pipe(
  text(1, 200),
  v.check((name) => name.trim() !== '', 'must not be blank'),
)

/** At most 1000 characters. */
export const roleDescription = v.nullable(text(0, 1000))

/**
 * At most 1000, each 1 to 200 characters; one that is named twice counts once. What a built-in role grants is the
 * directory's own, and nothing that is given out at run time may open it.
 */
export const rolePermissions = v.pipe(
  v.array(
    v.pipe(
      text(1, 200),
      v.check((permission) => !isBuiltInPermission(permission), 'must not be a permission of built-in roles'),
    ),
    'must be a list',
  ),
  v.maxLength(1000, 'must be at most 1000'),
  v.transform((permissions) => [...new Set(permissions)]),
)
