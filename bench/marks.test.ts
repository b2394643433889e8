import { describe, expect, it } from 'vitest'
import { isMet, markOf, marks } from './marks'
import { plot } from './plot'
import { withRatios } from './readme-table'
import { wantedBy } from './wanted'

const measured = marks.map(({ name, database, callers, mark, atMost }) => ({
  name,
  database,
  callers,
  ratio: mark,
  mark,
  ...(atMost && { atMost }),
}))

describe('the marks', () => {
  it('name each row once', () => {
    for (const mark of marks) expect(markOf(mark)).toBe(mark)
  })

  it('are met from below where lower is better', () => {
    expect([1, 2, 3].map((ratio) => isMet({ mark: 2 }, ratio))).toEqual([false, true, true])
    expect([1, 2, 3].map((ratio) => isMet({ mark: 2, atMost: true }, ratio))).toEqual([true, true, false])
  })

  it('are found by any part of their names, whatever the case', () => {
    const [first] = marks.filter(wantedBy(['EMMETT']))

    expect(first?.name).toBe('append at expected sequence, emmett')
    expect(marks.filter(wantedBy([]))).toHaveLength(marks.length)
  })
})

describe('the plot', () => {
  it('shows every ratio, and escapes what is no markup', () => {
    const drawn = plot([...measured, { name: 'a < b & c', database: 'none', callers: 1, ratio: 0.5, mark: 1 }])

    expect(drawn).toContain('a &lt; b &amp; c')
    expect(drawn.match(/<rect class="missed"/g)).toHaveLength(1)
    expect(drawn.match(/<rect class="met"/g)).toHaveLength(measured.filter(({ name }) => !/, ms$/.test(name)).length)
  })

  it('has no coordinate that is not a number', () => {
    expect(plot(measured)).not.toMatch(/NaN|Infinity|undefined/)
  })
})

describe("the README's table", () => {
  it('takes the place of the one before', () => {
    const once = withRatios('a\n<!-- ratios -->\nold\n<!-- /ratios -->\nb\n', measured)

    expect(once).not.toContain('old')
    expect(withRatios(once, measured)).toBe(once)
    expect(() => withRatios('nothing', measured)).toThrow('<!-- ratios -->')
  })
})
