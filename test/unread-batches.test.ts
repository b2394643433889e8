import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EntryKey, UnreadCommit } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  changeOf,
  claimFor,
  commitOf,
  creationOf,
  eventOf,
  noon,
  orgKey,
  userKey,
} from '../packages/core/src/conformance/commit-of'
import { entryKeyOf, memberOf, orgOf, userOf } from '../packages/core/src/conformance/record-of'

const roles = { instance: ['IAM_OWNER'], org: ['ORG_OWNER'] }
const caller = fc.constantFrom('ada', 'ada', 'root', 'root', 'bob', 'kai')
const org = fc.constantFrom(undefined, 'acme', 'globex')
const name = fc.constantFrom('eve', 'kim', 'lee')
const common = { caller, org, at: fc.constantFrom(noon, noon + 1) }

/** A user in Acme, an org of which the caller is a member, or an entry of either, for callers who may and who may not. */
const commit = fc
  .oneof(
    fc.record({ ...common, what: fc.constant('user' as const), name, claimed: name }),
    fc.record({ ...common, what: fc.constant('org' as const), name: fc.constant('globex'), claimed: name }),
    fc.record({ ...common, what: fc.constant('entry' as const), name: fc.constantFrom('ada', 'eve'), claimed: name }),
    fc.record({ ...common, what: fc.constant('entry of org' as const), name: fc.constant(undefined), claimed: name }),
  )
  .map(({ what, claimed, caller, org, at, name: id = org ?? 'acme' }): UnreadCommit => {
    const permit = { userId: caller, roles, ...(org !== undefined && { orgId: org }) }
    const added = { expect: 'new', events: [eventOf('added')] } as const
    const stamp = { aggregate: 0, event: 0 }
    if (what === 'user') {
      const claim = claimFor(userKey(id), { type: 'user_name', value: claimed })
      const aggregates = [changeOf(userKey(id), added), changeOf(orgKey('acme'), { events: [], revise: false })]
      const put = [{ kind: 'user' as const, record: userOf(id), created: true, stamp }]
      return { ...commitOf(aggregates, { at, put, takeClaims: [claim] }), permit }
    }
    if (what === 'org') {
      const claim = claimFor(orgKey(id), { type: 'org_name', value: claimed })
      const aggregates = [changeOf(orgKey(id), { ...added, owner: id }), changeOf(userKey(caller), { events: [] })]
      const put = [
        { kind: 'org' as const, record: orgOf(id), created: true, stamp },
        { kind: 'member' as const, record: memberOf(id, caller), created: true, stamp },
      ]
      return { ...commitOf(aggregates, { at, put, takeClaims: [claim] }), permit }
    }
    const isOfOrg = what === 'entry of org'
    const key: EntryKey = { ...entryKeyOf(id, 'plan'), subjectType: isOfOrg ? 'org' : 'user' }
    const subject = isOfOrg ? orgKey(id) : userKey(id)
    const change = changeOf(subject, { owner: '', revise: false, events: [eventOf('set', { key: 'plan' })] })
    const putEntries = [{ key, value: { json: `"${claimed}"` }, stamp }]
    return { ...commitOf(change, { at, putEntries }), permit }
  })

describe('commits without reads, in one batch on SQLite', () => {
  let folder: string
  const file = (side: string) => join(folder, `${side}.db`)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'indwell-batches-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('come to what they come to one by one', async () => {
    const sides = ['together', 'one by one'].map((side) => ({
      storage: sqliteStorage({ filename: file(side) }),
      database: new Database(file(side)),
    }))
    for (const { storage } of sides) await storage.migrate()
    const seen = new Set<string>()
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { minLength: 2, maxLength: 12 }), async (commits) => {
        run += 1
        const instanceId = `instance ${run}`
        const results = []
        for (const [side, { storage, database }] of sides.entries()) {
          const members = [
            memberOf('acme', 'ada'),
            memberOf('acme', 'kai', { expiresAt: noon + 1 }),
            memberOf('', 'root', { level: 'instance', roles: ['IAM_OWNER'] }),
          ]
          await storage.commit(instanceId, [
            creationOf(orgKey('acme'), { put: [{ kind: 'org', record: orgOf('acme'), created: false }] }),
            ...['ada', 'bob', 'kai', 'root'].map((id) =>
              creationOf(userKey(id), { put: [{ kind: 'user', record: userOf(id), created: false }] }),
            ),
            commitOf(changeOf(orgKey('acme')), {
              put: members.map((record) => ({ kind: 'member', record, created: false })),
            }),
          ])
          const batches = side === 0 ? [commits] : commits.map((one) => [one])
          const outcomes = []
          for (const batch of batches) outcomes.push(...(await storage.commitUnread!(instanceId, batch)))
          results.push({ outcomes, rows: rowsOf(database, instanceId) })
          for (const [place, { outcome }] of outcomes.entries()) {
            seen.add(`${commits[place]!.aggregates[0]!.expect} ${outcome}`)
          }
        }
        expect(results[0]).toEqual(results[1])
      }),
      { numRuns: 400 },
    )
    expect([...seen].sort()).toEqual(['live applied', 'live declined', 'live unchanged', 'new applied', 'new declined'])
    for (const { storage, database } of sides) {
      database.close()
      await storage.close()
    }
  })
})

function rowsOf(database: Database.Database, instanceId: string): Record<string, readonly unknown[]> {
  const tables = database
    .prepare(`select m.name from sqlite_master m join pragma_table_info(m.name) c on c.name = 'instance_id'
      where m.type = 'table' order by m.name`)
    .pluck()
    .all() as string[]
  const rows = (table: string) =>
    database
      .prepare(`select * from ${table} where instance_id = ?`)
      .raw()
      .all(instanceId)
      .map((row) => JSON.stringify(row))
      .sort()
  return Object.fromEntries(tables.map((table) => [table, rows(table)]))
}
