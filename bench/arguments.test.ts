import { describe, expect, it } from 'vitest'
import { readArguments, usage } from './arguments'

describe('the arguments of the bench', () => {
  it('are files to write, and what to measure', () => {
    expect(readArguments(['http', 'bulk set', '--json', 'marks.json', '--large'])).toEqual({
      json: 'marks.json',
      large: true,
      chosen: ['http', 'bulk set'],
    })
    expect(readArguments(['--from', 'a', '--from', 'b'])).toEqual({ from: ['a', 'b'], large: false, chosen: [] })
    expect(readArguments([])).toEqual({ large: false, chosen: [] })
  })

  it.each(['--help', '-h'])('print how it is used for %s', (help) => {
    expect(readArguments(['http', help])).toEqual({ says: usage, exitCode: 0 })
  })

  it.each([
    [['--hepl'], "Unknown option '--hepl'"],
    [['http', '-x'], "Unknown option '-x'"],
    [['--json'], "Option '--json <value>' argument missing"],
    [['--large=yes'], "Option '--large' does not take an argument"],
  ])('that are none are named: %j', (args, fault) => {
    expect(readArguments(args)).toEqual({ says: `${fault}\n\n${usage}`, exitCode: 2 })
  })
})
