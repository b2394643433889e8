import { directoryEventTypes } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { both, either, eventsQueryOf, everything, inPlace, nothing, ofTypes, opposite } from './log-narrowing'

const ada = inPlace({ subject: { type: 'user', id: 'ada' } })
const added = ofTypes(['user.human.added'])
const locked = ofTypes(['user.locked'])
const since = inPlace({ since: 5 })
const unsupported = expect.objectContaining({ statusCode: 400, errorCode: 'operation_not_supported' })
const asked = eventsQueryOf

describe('narrowing the log', () => {
  it('asks nothing for everything, and for no types where nothing can be meant', () => {
    expect(asked(everything)).toEqual({})
    expect(asked(nothing)).toEqual({ types: [] })
  })

  it('takes all conditions together, and knows those that exclude each other', () => {
    expect(asked(both(both(ada, added), both(since, inPlace({ since: 3, until: 9 }))))).toEqual({
      subjectTypes: ['user'],
      subjectId: 'ada',
      types: ['user.human.added'],
      since: 5,
      until: 9,
    })
    for (const [one, other] of [
      [ada, inPlace({ subject: { type: 'org', id: 'ada' } })],
      [inPlace({ at: '1' }), inPlace({ at: '2' })],
      [inPlace({ actorId: 'a' }), inPlace({ actorId: 'b' })],
      [added, locked],
      [since, inPlace({ until: 5 })],
    ] as const) {
      expect(both(one, other)).toEqual(nothing)
    }
    expect(asked(both(since, inPlace({ until: 6 })))).toEqual({ since: 5, until: 6 })
  })

  it('takes alternatives among types of one place, and no others', () => {
    expect(asked(either(both(ada, added), both(locked, ada))).types).toEqual(['user.human.added', 'user.locked'])
    expect(either(ada, nothing)).toEqual(ada)
    expect(either(nothing, ada)).toEqual(ada)
    expect(either(ada, everything)).toEqual(everything)
    expect(either(everything, ada)).toEqual(everything)
    for (const [one, other] of [
      [ada, added],
      [ada, inPlace({ subject: { type: 'user', id: 'bob' } })],
      [since, inPlace({ until: 3 })],
    ] as const) {
      expect(() => either(one, other)).toThrow(unsupported)
    }
  })

  it('turns around types and one end of time, and nothing else', () => {
    expect(asked(opposite(added)).types).toEqual(directoryEventTypes.filter((type) => type !== 'user.human.added'))
    expect(opposite(opposite(added))).toEqual(added)
    expect(opposite(nothing)).toEqual(everything)
    expect(opposite(everything)).toEqual(nothing)
    expect(asked(opposite(since))).toEqual({ until: 5 })
    expect(asked(opposite(opposite(since)))).toEqual({ since: 5 })
    for (const narrowing of [ada, both(since, added), both(since, inPlace({ until: 9 })), both(ada, since)]) {
      expect(() => opposite(narrowing)).toThrow(unsupported)
    }
  })
})
