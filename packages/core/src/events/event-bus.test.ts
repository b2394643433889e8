import { describe, expect, it, vi } from 'vitest'
import type { StoredEvent } from '../storage/records'
import { createEventBus } from './event-bus'

const event: StoredEvent = {
  position: '1',
  aggregate: { type: 'user', id: 'ada' },
  sequence: '1',
  type: 'user.locked',
  payload: {},
  owner: 'acme',
  actor: { type: 'system', id: '', reason: 'test' },
  createdAt: 1,
}

const unexpected = (): never => expect.unreachable()

describe('createEventBus', () => {
  it('tells listeners of their type, and those of all types', () => {
    const bus = createEventBus(unexpected)
    const locked = vi.fn()
    const unlocked = vi.fn()
    const all = vi.fn()
    bus.on('user.locked', locked)
    bus.on('user.unlocked', unlocked)
    bus.on('*', all)

    bus.announce(() => [event])

    expect(locked.mock.calls).toEqual([[event]])
    expect(unlocked).not.toHaveBeenCalled()
    expect(all.mock.calls).toEqual([[event]])
  })

  it('ends one subscription and no other, also when ended twice', () => {
    const bus = createEventBus(unexpected)
    const listener = vi.fn()
    const endFirst = bus.on('*', listener)
    bus.on('*', listener)

    endFirst()
    endFirst()
    bus.announce(() => [event])

    expect(listener).toHaveBeenCalledTimes(1)
  })

  it('makes no events that nobody listens to', () => {
    const bus = createEventBus(unexpected)
    bus.on('*', unexpected)()

    bus.announce(() => unexpected())
  })

  it('reports what a listener throws or rejects with, and goes on', async () => {
    const onListenerError = vi.fn()
    const bus = createEventBus(onListenerError)
    const last = vi.fn()
    bus.on('*', () => {
      throw new Error('thrown')
    })
    bus.on('*', () => Promise.reject(new Error('rejected')))
    bus.on('*', last)

    bus.announce(() => [event])
    await new Promise(setImmediate)

    expect(onListenerError.mock.calls.map(([error]) => error.message)).toEqual(['thrown', 'rejected'])
    expect(onListenerError).toHaveBeenCalledWith(expect.anything(), event)
    expect(last).toHaveBeenCalled()
  })

  it('survives a report that throws itself', async () => {
    const warning = new Promise((resolve) => process.once('warning', resolve))
    const bus = createEventBus(() => {
      throw new Error('cannot report')
    })
    bus.on('*', () => {
      throw new Error('thrown')
    })

    bus.announce(() => [event])

    expect(await warning).toMatchObject({ message: 'cannot report' })
  })
})
