import { describe, expect, it } from 'vitest'
import { checkHistory } from './check-history'
import type { Call, Did, FlawKind, History, Version } from './history'

const call = (id: string, process: number, start: number, end: number | undefined, did: Did): Call => ({
  id,
  process,
  start,
  end,
  did,
})
const write = (register: string, sequence: number | undefined, more: object = {}): Did => ({
  kind: 'write',
  register,
  aggregate: 'user u',
  sequence,
  ...more,
})
const read = (register: string, value: string): Did => ({ kind: 'read', register, value })
const version = (register: string, sequence: number, value: string, by: string | undefined): Version => ({
  register,
  aggregate: 'user u',
  sequence,
  value,
  call: by,
})
const historyOf = (calls: readonly Call[], versions: readonly Version[], sequences?: readonly number[]): History => ({
  calls,
  versions,
  sequences: new Map([['user u', sequences ?? [...new Set(versions.map(({ sequence }) => sequence))]]]),
})
const kindsIn = (history: History): readonly FlawKind[] => checkHistory(history).map(({ kind }) => kind)

/** Set to `a`, then to `b`, each answered before the next began. */
const versions = [version('x', 1, 'a', 'w1'), version('x', 2, 'b', 'w2')]
const writes = [call('w1', 0, 0, 10, write('x', 1)), call('w2', 1, 20, 30, write('x', 2))]

describe('a history without flaws', () => {
  it('may read either value while a write is under way', () => {
    for (const value of ['a', 'b']) {
      expect(kindsIn(historyOf([...writes, call('r', 2, 15, 25, read('x', value))], versions))).toEqual([])
    }
  })

  it('may read nothing before the first write is answered, and what an unanswered write left', () => {
    const calls = [call('r1', 0, 0, 5, read('x', '')), call('r2', 0, 6, 9, read('x', 'a'))]
    const cutOff = call('w1', 1, 2, undefined, write('x', undefined))
    expect(kindsIn(historyOf([...calls, cutOff], [version('x', 1, 'a', 'w1')]))).toEqual(['unanswered call'])
  })

  it('may refuse a write', () => {
    expect(kindsIn(historyOf([...writes, call('w3', 1, 20, 25, write('x', undefined))], versions))).toEqual([])
  })

  it('may give a name to another once it was given back', () => {
    const taken = [
      call('t1', 0, 0, 5, write('name n', 1, { takes: 'ada' })),
      call('d1', 0, 6, 10, write('name n', 2, { releases: 'ada' })),
      call('t2', 1, 8, 12, write('name n', 3, { takes: 'bob' })),
    ]
    const held = [version('name n', 1, 'ada', 't1'), version('name n', 2, '', 'd1'), version('name n', 3, 'bob', 't2')]
    expect(kindsIn(historyOf(taken, held))).toEqual([])
  })

  it('may read a value that comes back, as often as it does', () => {
    const toggled = [version('x', 1, 'on', 'w1'), version('x', 2, '', 'w2'), version('x', 3, 'on', 'w3')]
    const calls = [...writes, call('w3', 0, 40, 50, write('x', 3))]
    const reads = [call('r1', 2, 12, 14, read('x', 'on')), call('r2', 2, 35, 45, read('x', 'on'))]
    expect(kindsIn(historyOf([...calls, ...reads, call('r3', 2, 46, 60, read('x', 'on'))], toggled))).toEqual([])
  })
})

describe('a checker finds', () => {
  it('a call that was never answered', () => {
    expect(kindsIn(historyOf([call('r', 0, 0, undefined, read('x', ''))], []))).toEqual(['unanswered call'])
  })

  it('an answered write that is not in the log', () => {
    expect(kindsIn(historyOf(writes, versions.slice(0, 1)))).toEqual(['lost write'])
  })

  it('a refused write that is in the log', () => {
    const calls = [writes[0]!, call('w2', 1, 20, 30, write('x', undefined))]
    expect(kindsIn(historyOf(calls, versions))).toEqual(['refused write that is there'])
  })

  it('a write in the log that no call made', () => {
    expect(kindsIn(historyOf(writes.slice(0, 1), versions))).toEqual(['write that nobody made'])
  })

  it('an update that was made of an older value than it replaced', () => {
    const both = [version('x', 2, '1', 'w1'), version('x', 3, '1', 'w2')]
    const calls = [call('w1', 0, 0, 10, write('x', 2, { after: 1 })), call('w2', 1, 0, 10, write('x', 3, { after: 1 }))]
    expect(kindsIn(historyOf(calls, both, [1, 2, 3]))).toEqual(['lost update'])
  })

  it('a gap, and a sequence that stands twice', () => {
    expect(kindsIn(historyOf([], [], [1, 3]))).toEqual(['gap in the sequences'])
    expect(kindsIn(historyOf([], [], [1, 1]))).toEqual(['gap in the sequences'])
  })

  it('two calls that were answered with one sequence', () => {
    const calls = [writes[0]!, call('w2', 1, 5, 30, write('x', 1))]
    const flaws = kindsIn(historyOf(calls, [version('x', 1, 'a', 'w1'), version('y', 1, 'b', 'w2')]))
    expect(flaws).toContain('sequence answered twice')
  })

  it('a process that does not read its own write', () => {
    expect(kindsIn(historyOf([...writes, call('r', 1, 31, 32, read('x', 'a'))], versions))).toEqual(['stale read'])
    expect(kindsIn(historyOf([...writes, call('r', 1, 31, 32, read('x', ''))], versions))).toEqual(['stale read'])
  })

  it('a read that does not see what another process was answered before it began', () => {
    expect(kindsIn(historyOf([...writes, call('r', 7, 31, 32, read('x', 'a'))], versions))).toEqual(['stale read'])
  })

  it('a read that goes back behind what was read before, while the write is not answered yet', () => {
    const reads = [call('r1', 2, 21, 22, read('x', 'b')), call('r2', 3, 23, 24, read('x', 'a'))]
    expect(kindsIn(historyOf([...writes, ...reads], versions))).toEqual(['stale read'])
  })

  it('a value that nobody wrote, and one whose write had not begun', () => {
    const never = [call('r', 2, 40, 41, read('x', 'c'))]
    expect(kindsIn(historyOf([...writes, ...never], versions))).toEqual(['read of what never was'])
    const early = [call('r', 2, 11, 12, read('x', 'b'))]
    expect(kindsIn(historyOf([...writes, ...early], versions))).toEqual(['read of what never was'])
  })

  it('a write that comes before one that was answered before it began', () => {
    const swapped = [version('x', 1, 'b', 'w2'), version('x', 2, 'a', 'w1')]
    const calls = [call('w1', 0, 0, 10, write('x', 2)), call('w2', 1, 20, 30, write('x', 1))]
    expect(kindsIn(historyOf(calls, swapped))).toEqual(['write out of order'])
  })

  it('a right that still works after its removal was answered', () => {
    const rights = [version('right w', 1, 'yes', 'g'), version('right w', 2, '', 'd')]
    const calls = [call('g', 0, 0, 10, write('right w', 1)), call('d', 0, 20, 30, write('right w', 2))]
    const use = (start: number) => call('u', 1, start, start + 5, read('right w', 'yes'))
    expect(kindsIn(historyOf([...calls, use(29)], rights))).toEqual([])
    expect(kindsIn(historyOf([...calls, use(31)], rights))).toEqual(['stale read'])
  })

  it('a claim that two hold, by the log', () => {
    const calls = [
      call('t1', 0, 0, 10, write('name n', 1, { takes: 'ada' })),
      call('t2', 1, 0, 10, write('name n', 2, { takes: 'bob' })),
      call('d', 1, 5, 10, write('name n', 3, { releases: 'ada' })),
    ]
    const held = [version('name n', 1, 'ada', 't1'), version('name n', 2, 'bob', 't2'), version('name n', 3, '', 'd')]
    expect(kindsIn(historyOf(calls, held))).toEqual(['claim held twice'])
  })

  it('a claim that two hold, by their answers', () => {
    const calls = [
      call('t1', 0, 0, 10, write('name n', 1, { takes: 'ada' })),
      call('t2', 1, 12, 20, write('name n', 3, { takes: 'bob' })),
      call('d', 1, 30, 40, write('name n', 2, { releases: 'ada' })),
    ]
    const held = [version('name n', 1, 'ada', 't1'), version('name n', 2, '', 'd'), version('name n', 3, 'bob', 't2')]
    expect(kindsIn(historyOf(calls, held))).toContain('claim held twice')
  })
})
