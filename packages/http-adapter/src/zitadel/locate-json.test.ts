import { describe, expect, it } from 'vitest'
import { locateJson } from './locate-json'

describe('locateJson', () => {
  const source = '{"a\\"": {"x": "}\\\\"},\n "é": [1, {"b": true, "c" : [[], "👍", 7]}]}'

  it.each([
    [[], 'value', 'line 1:1'],
    [['a"'], 'key', 'line 1:2'],
    [['a"', 'x'], 'value', 'line 1:15'],
    [['é'], 'key', 'line 2:2'],
    [['é', 0], 'value', 'line 2:8'],
    [['é', 1, 'b'], 'value', 'line 2:17'],
    [['é', 1, 'c', 2], 'value', 'line 2:39'],
  ] as const)('finds the place of %j (%s)', (path, part, place) => {
    expect(locateJson(source, path, part)).toBe(place)
  })

  it('finds the last of several members of one name, which is the one that is read', () => {
    expect(locateJson('{"a":1,"a":2}', ['a'], 'value')).toBe('line 1:12')
  })
})
