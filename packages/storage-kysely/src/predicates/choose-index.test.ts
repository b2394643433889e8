import type { AnyFilter, RecordKind } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { tableNames } from '../table-names'
import { chooseIndex } from './choose-index'
import { searchedColumns } from './search-columns'

const names = tableNames({})

function chosen(filter: AnyFilter | undefined, order: readonly string[] = [], kind: RecordKind = 'user') {
  return chooseIndex(kind, filter, searchedColumns(kind, names, 'sqlite', 'i').columns, order)
}

const inAcme: AnyFilter = { op: 'equals', field: 'orgId', value: 'acme' }
const all = (...filters: readonly AnyFilter[]): AnyFilter => ({ op: 'and', filters })
const named: AnyFilter = { op: 'equals', field: 'userName', value: 'ada' }
const text = (field: string, method: 'equals' | 'starts-with' | 'contains', ignoreCase = false, value = 'ada') =>
  ({ op: 'text', field, method, value, ignoreCase }) as const

describe('chooseIndex', () => {
  it('takes the index that narrows most, before one that is in order', () => {
    expect(chosen(all(inAcme, named), ['created_at'])).toBe('user_by_name')
    expect(chosen(all(inAcme, text('email', 'starts-with')), ['user_name'])).toBe('user_by_email')
    expect(chosen(all(inAcme, all(text('email', 'equals', true))), ['user_name'])).toBe('user_by_email_folded')
    expect(chosen(all(named), ['created_at'])).toBe('user_by_name_folded')
  })

  it('takes the one that is in order where nothing narrows more than the org', () => {
    expect(chosen(inAcme, ['created_at', 'user_id'])).toBe('user_by_creation')
    expect(chosen(all(inAcme, text('email', 'contains')), ['user_name', 'user_id'])).toBe('user_by_name')
    expect(chosen(inAcme, ['first_name', 'user_id'])).toBe('user_by_org')
  })

  it('takes the key where it names one record, or where no index helps', () => {
    expect(chosen(all(inAcme, { op: 'equals', field: 'userId', value: 'ada' }))).toBeUndefined()
    expect(chosen(undefined, ['user_id'])).toBeUndefined()
    expect(chosen(undefined, ['created_at'])).toBeUndefined()
    expect(chosen(text('userName', 'starts-with', false, ''))).toBeUndefined()
  })

  it('goes by what has to hold of everything that matches, and by nothing else', () => {
    expect(chosen({ op: 'or', filters: [inAcme, named] })).toBeUndefined()
    expect(chosen({ op: 'not', filter: all(inAcme, named) })).toBeUndefined()
    expect(chosen({ op: 'equals', field: 'email', value: null })).toBeUndefined()
  })

  it('looks up who is a member of an org, unless something narrows more', () => {
    const member: AnyFilter = { op: 'membership', of: { op: 'equals', field: 'orgId', value: 'globex' } }

    expect(chosen(all(inAcme, member), ['created_at', 'user_id'])).toBe('user_by_org')
    expect(chosen(member, ['created_at', 'user_id'])).toBeUndefined()
    expect(chosen(all(inAcme, member, named))).toBe('user_by_name')
    expect(chosen(all(inAcme, { op: 'not', filter: member }), ['created_at'])).toBe('user_by_creation')
  })

  it('goes by the ids of those that were found elsewhere, also where they are those of orgs', () => {
    const { columns } = searchedColumns('user', names, 'sqlite', 'i')
    expect(chooseIndex('user', inAcme, columns, ['created_at', 'user_id'], 'user_id')).toBe('user_by_org')
    expect(chooseIndex('user', undefined, columns, ['user_name', 'user_id'], 'user_id')).toBeUndefined()
    const orgs = searchedColumns('org', names, 'sqlite', 'i').columns
    expect(chooseIndex('org', undefined, orgs, ['name', 'org_id'], 'org_id')).toBeUndefined()
  })

  it('leaves what is known of a member’s user to the user', () => {
    expect(chosen({ op: 'equals', field: 'user.email', value: 'a@b.ch' }, [], 'member')).toBeUndefined()
    expect(chosen({ op: 'equals', field: 'userId', value: 'ada' }, [], 'member')).toBe('member_by_user')
  })
})
