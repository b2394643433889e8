import { describe, expect, it } from 'vitest'
import { compile, param, queryBuilder } from './compile'

describe('compile', () => {
  const query = queryBuilder('sqlite')
    .selectFrom('user')
    .selectAll()
    .where('org_id', '=', param('orgId'))
    .where('user_id', '=', param('userId'))

  it('gives the SQL of a query whose parameters stand in the order that was named', () => {
    expect(compile(query, ['orgId', 'userId'])).toBe('select * from "user" where "org_id" = ? and "user_id" = ?')
  })

  it('refuses another order, and a number of parameters that is not the query’s', () => {
    expect(() => compile(query, ['userId', 'orgId'])).toThrow(TypeError)
    expect(() => compile(query, ['orgId'])).toThrow(TypeError)
  })

  it('refuses a value in place of a parameter', () => {
    expect(() => compile(query.where('state', '=', 'active'), ['orgId', 'userId', 'state'])).toThrow(TypeError)
  })
})
