import { describe, expect, it } from 'vitest'
import { medianRows } from './median-rows'

const row = (name: string, ratio: number) => ({ name, database: 'sqlite', callers: 1, ratio, mark: 1 })

describe('rows of several runs', () => {
  it('have the median of their ratios, also where a run has not all of them', () => {
    const runs = [[row('get', 1), row('set', 5)], [row('get', 9)], [row('get', 3), row('set', 5)]]
    expect(medianRows(runs)).toEqual([row('get', 3), row('set', 5)])
  })
})
