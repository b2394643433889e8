import { describe, expect, it } from 'vitest'
import { readArguments, usage } from './arguments'

describe('the arguments of torture', () => {
  it('are parts, and how long they last', () => {
    expect(readArguments(['sqlite-crash', 'postgres-split', '--seed', '7', '--rounds', '20'])).toEqual({
      chosen: ['sqlite-crash', 'postgres-split'],
      cluster: false,
      seed: 7,
      rounds: 20,
    })
    expect(readArguments(['--cluster', '--seconds', '60'])).toEqual({ chosen: [], cluster: true, seconds: 60 })
    expect(readArguments([])).toEqual({ chosen: [], cluster: false })
  })

  it.each(['--help', '-h'])('print how it is used for %s', (help) => {
    expect(readArguments(['sqlite-crash', help])).toEqual({ says: usage, exitCode: 0 })
  })

  it.each([
    [['--hepl'], "Unknown option '--hepl'"],
    [['sqlite-crahs'], 'No part is called sqlite-crahs'],
    [['--rounds', 'many'], '--rounds takes a whole number'],
    [['--rounds', ''], '--rounds takes a whole number'],
    [['--seconds=-1'], '--seconds takes a whole number'],
  ])('that are none are named: %j', (args, fault) => {
    expect(readArguments(args)).toEqual({ says: `${fault}\n\n${usage}`, exitCode: 2 })
  })
})
