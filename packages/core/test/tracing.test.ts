import { types } from 'node:util'
import { defineMetadata, type TracedAsk, type TracedCall, type TracedOutcome, type Tracing } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { everyCall, ofAcme } from './every-call'
import { createWorld } from './world'

interface Begun extends Partial<TracedCall>, Partial<TracedAsk> {
  outcome?: TracedOutcome
}

/** Notes what begins and how it ends; everybody is the same caller. */
function notingTracing() {
  const begun: Begun[] = []
  const begin = (what: TracedCall | TracedAsk) => {
    const one: Begun = { ...what }
    begun.push(one)
    return {
      run: <T>(work: () => T) => work(),
      end(outcome: TracedOutcome) {
        expect(one.outcome).toBeUndefined()
        one.outcome = outcome
      },
    }
  }
  const tracing: Tracing = {
    caller: () => undefined,
    within: (_, work) => work(),
    beginCall: begin,
    beginAsk: begin,
  }
  const calls = () => begun.filter(({ method }) => method !== undefined)
  return { tracing, begun, calls }
}

describe('what watches a directory', () => {
  it('is told of each call once, by its name, and how it ended', async () => {
    const { tracing, begun, calls } = notingTracing()
    const world = await createWorld({ tracing })
    for (const [method, call] of everyCall) {
      begun.length = 0
      const outcome = await call(world.ada, ofAcme).then(
        () => undefined,
        (error: { readonly code?: string }) => error.code,
      )
      expect(calls()).toMatchObject([{ method, callerType: 'user', instanceId: 'default' }])
      expect(calls()[0]!.outcome!.errorType).toBe(outcome)
      for (const { outcome: ended } of begun) expect(ended).toBeDefined()
    }
  })

  it('is told what kind of thing a call is about, and of how many', async () => {
    const { tracing, begun, calls } = notingTracing()
    const { ada, system } = await createWorld({ tracing })
    begun.length = 0
    await system.users.metadata('bob').set({ a: 1, b: 2 })
    await system.users.metadata('bob').remove('a', 'c')
    await system.orgs.members('acme').addAll({ userIds: ['robot', 'bob'] })
    await ada.users.list()
    await ada.users.find({ limit: 1 })
    await ada.users.getMany(['bob', 'nobody'])
    await ada.orgs.metadata().values()
    expect(calls().map(({ method, subjectType, count, outcome }) => [method, subjectType, count, outcome])).toEqual([
      ['users.metadata.set', 'user', 2, {}],
      ['users.metadata.remove', 'user', 2, {}],
      ['orgs.members.addAll', 'org', 2, {}],
      ['users.list', 'user', undefined, { count: 3 }],
      ['users.find', 'user', undefined, { count: 1 }],
      ['users.getMany', 'user', 2, {}],
      ['orgs.metadata.values', 'org', undefined, {}],
    ])
  })

  it('is told of calls behind all ways in: transactions, copies, work that is done once, and later signals', async () => {
    const { tracing, begun, calls } = notingTracing()
    const { directory, root } = await createWorld({ tracing })
    begun.length = 0
    await directory.transaction(async (outer) => {
      await outer.asSystem('test').users.lock('bob')
      await outer.transaction((inner) => inner.asSystem('test').users.unlock('bob'))
    })
    await directory
      .readFrom('replica', { atLeast: await directory.bookmark() })
      .asSystem('test')
      .users.get('bob')
    await root.withSignal(new AbortController().signal).once({ idempotencyKey: 'k', request: 1 }, async ({ users }) => {
      await users.get('bob')
      return 1
    })
    expect(await directory.authenticate('unknown')).toBeUndefined()
    await directory.removeExpiredMembers()
    for await (const _ of directory.checkMetadata({ definition: defineMetadata({ user: {} }) }));
    expect(directory.now()).toBeTypeOf('number')
    expect(calls().map(({ method, callerType }) => [method, callerType])).toEqual([
      ['transaction', undefined],
      ['users.lock', 'system'],
      ['transaction', undefined],
      ['users.unlock', 'system'],
      ['bookmark', undefined],
      ['users.get', 'system'],
      ['once', 'user'],
      ['users.get', 'user'],
      ['authenticate', undefined],
      ['removeExpiredMembers', undefined],
      ['checkMetadata', undefined],
    ])
    for (const { outcome } of begun) expect(outcome).toEqual({ ...outcome, errorType: undefined })
  })

  it('is told that a call was given up, and nothing of errors of the host', async () => {
    const { tracing, begun, calls } = notingTracing()
    const { directory } = await createWorld({
      tracing,
      hooks: { before: ({ method }) => expect(method).not.toBe('users.lock') },
    })
    begun.length = 0
    await expect(directory.asSystem('test').users.lock('bob')).rejects.toThrow()
    await expect(directory.asSystem('test', { signal: AbortSignal.abort() }).users.get('bob')).rejects.toThrow()
    expect(calls().map(({ outcome }) => outcome)).toEqual([{ errorType: 'hook_refused' }, { errorType: 'aborted' }])
  })

  it('ends with the last part of what comes in parts, or where the caller leaves', async () => {
    const { tracing, begun, calls } = notingTracing()
    const { system } = await createWorld({ tracing })
    begun.length = 0
    let parts = 0
    for await (const _ of system.users.exportSubject('bob')) {
      parts += 1
      expect(calls()[0]!.outcome).toBeUndefined()
    }
    for await (const _ of system.users.exportSubject('bob')) break
    expect(calls().map(({ outcome }) => outcome)).toEqual([{ count: parts }, {}])
    expect(parts).toBeGreaterThan(1)
  })

  it('costs nothing where there is none: the directory, its callers and what is asked are the plain ones', async () => {
    const { directory, system } = await createWorld()
    for (const one of [directory, system, system.users, system.users.metadata('bob')]) {
      expect(types.isProxy(one)).toBe(false)
    }
    const traced = (await createWorld({ tracing: notingTracing().tracing })).system
    expect(types.isProxy(traced)).toBe(true)
  })

  it('sees what the storage is asked together as one question', async () => {
    const { tracing, begun } = notingTracing()
    const { system } = await createWorld({ tracing })
    begun.length = 0
    await Promise.all([system.users.lock('ada'), system.users.lock('bob'), system.users.deactivate('eve')])
    const commits = begun.filter(({ operation }) => operation === 'commit')
    expect(commits).toMatchObject([{ size: 3, callers: { length: 3 }, system: 'sqlite', isLocal: true }])
  })
})
