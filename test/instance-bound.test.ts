import { beforeAll, describe, expect, it } from 'vitest'
import { boundStatement, loadParser } from './instance-bound'

const isTable = (name: string) => ['user', 'org', 'entry'].includes(name)

beforeAll(loadParser)

describe('statements that name the instance', () => {
  it.each([
    `select * from "user" where instance_id = $1 and user_id = $2`,
    `select * from "user" as "u" where $1 = u.instance_id`,
    `select * from public."user" as u join org as o on o.instance_id = u.instance_id and o.org_id = u.org_id where u.instance_id = $1`,
    `select * from "user" as u left join org as o on o.instance_id = u.instance_id where u.instance_id = $1`,
    `select * from "user" as u, lateral (select * from org as o where o.instance_id = u.instance_id) as o where u.instance_id = $1`,
    `select * from "user" as u where u.instance_id = $1 and exists (select from org as o where o.instance_id = u.instance_id)`,
    `with found as (select * from "user" where instance_id = $1) select * from found`,
    `select 1 from org where instance_id = $1 union all select 2 from "user" where instance_id = $1`,
    `insert into entry (key, instance_id) values ($1, $2)`,
    `insert into entry (instance_id, key) select $1::text, k from unnest($2::text[]) as k on conflict (instance_id, key) do nothing`,
    `update entry set key = $1 where instance_id = $2`,
    `delete from entry as e using org as o where e.instance_id = $1 and o.instance_id = e.instance_id`,
    `select * from "entry" as "e" indexed by "by_key" where +"e"."instance_id" = ? and key <> '?' limit ?`,
    `select 1`,
  ])('are let through: %s', (sql) => {
    expect(boundStatement(sql, isTable, { plain: true }).problems).toEqual([])
  })

  it.each([
    `select * from "user"`,
    `select * from "user" where user_id = $1`,
    `select * from "user" where instance_id <> $1`,
    `select * from "user" where instance_id = 'one'`,
    `select * from "user" where instance_id = $1 or user_id = $2`,
    `select * from "user" where not (instance_id = $1)`,
    `select * from "user" as u, org as o where u.instance_id = $1`,
    `select * from "user" as u join org as o on o.org_id = u.org_id where u.instance_id = $1`,
    `select * from "user" as u left join org as o on u.instance_id = $1 and o.instance_id = $1`,
    `select * from "user" as u right join org as o on o.instance_id = u.instance_id where u.instance_id = $1`,
    `select * from "user" as u where u.instance_id = $1 and exists (select from org as o where o.org_id = u.org_id)`,
    `select * from "user" as u where u.instance_id = $1 and u.user_id = (select key from entry limit 1)`,
    `select (select count(*) from entry) from "user" where instance_id = $1`,
    `select * from (select * from "user") as u where u.instance_id = $1`,
    `select * from (select * from "user" where instance_id = $1 limit 1) as page join org as o on o.instance_id = page.instance_id`,
    `with found as (select * from "user") select * from found where instance_id = $1`,
    `with "user" as (select 1 as instance_id) select * from public."user"`,
    `select 1 from org where instance_id = $1 union all select 2 from "user"`,
    `insert into entry (key) values ($1)`,
    `insert into entry (instance_id, key) values ($1, $2), ('one', $3)`,
    `insert into entry (key, instance_id) select instance_id, key from unnest($1::text[]) as t`,
    `insert into entry (instance_id, key) values ($1, $2) on conflict (key) do nothing`,
    `insert into entry (instance_id, key) select $1, user_id from "user"`,
    `update entry set key = $1`,
    `update entry set instance_id = $1 where key = $2`,
    `delete from entry where key = $1`,
    `delete from entry as e using org as o where o.instance_id = $1`,
    `with gone as (delete from entry returning key) select $1 from gone`,
    `select * from "entry" as "e" indexed by "by_key" where "e"."key" = ?`,
  ])('are told from: %s', (sql) => {
    expect(boundStatement(sql, isTable).problems).not.toEqual([])
  })

  it('also name it where no planner could use it, unless they have to name it plainly', () => {
    const sql = 'delete from entry where (instance_id = $1) is true'
    expect(boundStatement(sql, isTable).problems).toEqual([])
    expect(boundStatement(sql, isTable, { plain: true }).problems).toEqual([
      'entry as entry is not bound to the instance',
    ])
  })

  it('give the parameters they name it by', () => {
    const sql = 'insert into entry (instance_id) select $2 from org where instance_id = $1'
    expect(boundStatement(sql, isTable)).toMatchObject({ tables: ['entry', 'org'], parameters: new Set([2, 1]) })
  })
})
