import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { randomSource } from '../../packages/core/src/conformance/random-source'
import { createLane } from '../operations/lane'
import { nextOperation } from '../operations/next-operation'
import { createShared } from '../operations/shared-operations'
import { checkStored } from './check-stored'
import type { ReportedCall } from './reported-calls'
import { sqliteSite } from './site'

describe('checkStored', () => {
  let directory: string
  let original: string
  let filename: string
  const written = new Map<string, ReportedCall>()
  let calls: Map<string, ReportedCall>
  let copies = 0

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'indwell-check-'))
    original = join(directory, 'original.db')
    const opened = await createDirectory({ storage: sqliteStorage({ filename: original }) })
    const lane = createLane('lane', randomSource(1))
    for (let count = 0; count < 120; count++) {
      const operation = count === 0 ? createShared : nextOperation(lane)
      const tag = lane.fresh()
      const { sequence } = await operation.run(opened.asSystem(tag))
      operation.answered()
      written.set(tag, { kind: operation.kind, events: operation.events, answer: { sequence } })
    }
    await opened.close()
  })
  afterAll(() => rm(directory, { recursive: true }))
  beforeEach(async () => {
    filename = join(directory, `copy${++copies}.db`)
    await copyFile(original, filename)
    calls = new Map(written)
  })

  const flawsAfter = async (statement?: string): Promise<string> => {
    if (statement !== undefined) {
      const database = new Database(filename)
      const { changes } = database.prepare(statement).run()
      database.close()
      expect(changes).toBeGreaterThan(0)
    }
    const site = await sqliteSite(filename)
    try {
      return (await checkStored(site, calls)).join('\n')
    } finally {
      await site.close()
    }
  }
  const answerOf = (tag: string, answer: ReportedCall['answer']) => calls.set(tag, { ...calls.get(tag)!, answer })
  const tagOf = (kind: string) => [...calls].find(([, call]) => call.kind === kind)![0]

  it('finds nothing in what nobody touched, whatever was answered', async () => {
    expect(await flawsAfter()).toBe('')
    answerOf(tagOf('set up org'), undefined)
    expect(await flawsAfter()).toBe('')
  })

  it('finds an answered write that is lost', async () => {
    calls.set('lost', { kind: 'lock', events: ['user.locked'], answer: { sequence: '2' } })
    expect(await flawsAfter()).toBe('lock (lost) was answered and is lost')
    calls.set('lost', { kind: 'lock', events: ['user.locked'], answer: undefined })
    expect(await flawsAfter()).toBe('')
  })

  it('finds a refused write that is there, one under a foreign sequence, and one that nobody made', async () => {
    answerOf(tagOf('set up org'), { code: 'storage_unavailable' })
    expect(await flawsAfter()).toContain('was refused as storage_unavailable and wrote')
    answerOf(tagOf('set up org'), { sequence: '77' })
    expect(await flawsAfter()).toContain('was answered with the sequence 77, which is not its own')
    calls.delete(tagOf('set up org'))
    expect(await flawsAfter()).toContain('nobody reported the call')
  })

  it('finds half of a write', async () => {
    const tag = tagOf('create human')
    answerOf(tag, undefined)
    const flaws = await flawsAfter(
      `delete from indwell_event where position = (select max(position) from indwell_event where actor_reason = '${tag}')`,
    )
    expect(flaws).toContain('is half there')
  })

  it.each([
    ['a gap', `delete from indwell_event where position = (select max(position) - 50 from indwell_event)`, 'should be'],
    [
      'a row that is lost',
      'delete from indwell_user where user_id = (select max(user_id) from indwell_user)',
      'missing',
    ],
    ['an old row', `update indwell_entry set json = '1' where subject_type = 'user'`, 'entry should not be there'],
    ['a lost claim', `delete from indwell_claim where type = 'user_name'`, 'claim is missing'],
    [
      'a claim that nobody holds',
      `insert into indwell_claim values ('default', 'user_name', 'ghost', 'user', 'u')`,
      'claim should not be there',
    ],
    ['a number that fell back', `update indwell_aggregate set sequence = 1 where type = 'org'`, 'aggregate org'],
    ['a dead aggregate', `update indwell_aggregate set live = 0 where type = 'role'`, 'aggregate role'],
  ])('finds %s', async (_, statement, text) => {
    expect(await flawsAfter(statement)).toContain(text)
  })
})
