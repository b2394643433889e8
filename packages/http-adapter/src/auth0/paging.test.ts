import { describe, expect, it } from 'vitest'
import { checkpointBody, checkpointPaging, offsetBody, offsetPaging, requireSearchWindow } from './paging'

const totals = offsetPaging({ include_totals: true })

describe('pages by number', () => {
  it('begin with the first fifty', () => {
    expect(offsetPaging({})).toEqual({ start: 0, limit: 50, includeTotals: false })
  })

  it('start where the pages before them end', () => {
    expect(offsetPaging({ page: 3, per_page: 7 })).toMatchObject({ start: 21, limit: 7 })
  })

  it('may be empty', () => {
    expect(offsetPaging({ per_page: 0 })).toMatchObject({ start: 0, limit: 0 })
  })

  it('V34: are bare without totals', () => {
    expect(offsetBody('users', offsetPaging({}), [{ a: 1 }], 9)).toEqual([{ a: 1 }])
  })

  it('V35: of users have the recorded envelope', () => {
    expect(JSON.stringify(offsetBody('users', totals, [{ a: 1 }], 9))).toBe(
      '{"start":0,"limit":50,"length":1,"users":[{"a":1}],"total":9}',
    )
  })

  it('V92: of clients have the recorded envelope', () => {
    expect(JSON.stringify(offsetBody('clients', totals, [], 0))).toBe('{"total":0,"start":0,"limit":50,"clients":[]}')
  })

  it('V106, V108: of members and organizations have the recorded envelope', () => {
    expect(JSON.stringify(offsetBody('members', totals, [], 0))).toBe('{"members":[],"start":0,"limit":50,"total":0}')
    expect(JSON.stringify(offsetBody('organizations', totals, [], 1))).toBe(
      '{"organizations":[],"start":0,"limit":50,"total":1}',
    )
  })

  it('V41: of users end at a thousand records', () => {
    expect(() => requireSearchWindow(offsetPaging({ page: 19, per_page: 50 }))).not.toThrow()
    expect(() => requireSearchWindow(offsetPaging({ page: 20, per_page: 50 }))).toThrow(
      expect.objectContaining({
        statusCode: 400,
        errorCode: 'invalid_paging',
        message: expect.stringMatching(/^You can only page through the first 1000 records\. See https:/),
      }),
    )
  })
})

describe('pages by cursor', () => {
  it('V110: carry next until the last one, and no totals', () => {
    expect(checkpointPaging({ take: 2, include_totals: true })).toEqual({ from: undefined, take: 2 })
    expect(JSON.stringify(checkpointBody('organizations', [], 'abc'))).toBe('{"organizations":[],"next":"abc"}')
    expect(JSON.stringify(checkpointBody('members', [], undefined))).toBe('{"members":[]}')
  })

  it('are not asked for by page numbers', () => {
    expect(checkpointPaging({ page: 0, per_page: 50 })).toBeUndefined()
    expect(checkpointPaging({ from: 'abc' })).toEqual({ from: 'abc', take: 50 })
  })
})
