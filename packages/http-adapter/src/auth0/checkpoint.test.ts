import { describe, expect, it } from 'vitest'
import { checkpointPage, type ListOrder, type ListPart } from './checkpoint'

type Order = ListOrder<'at' | 'id'>
const byTime: Order = { field: 'at', holds: 'times', descending: false, id: 'id' }
const encoded = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')

/** What the list is asked for behind `from`. */
async function askedBehind(from: string | undefined, order: Order = byTime) {
  const asked: ListPart<'at' | 'id'>[] = []
  await checkpointPage({ from, take: 2 }, order, async (part) => {
    asked.push(part)
    return []
  })
  return asked
}

describe('a cursor', () => {
  it.each(['x', 'a,b', 'ü/😀'])('leads behind the last item of a page: %s', async (id) => {
    const items = ['first', id, 'more'].map((id) => ({ id, at: 5 }))
    const page = await checkpointPage({ from: undefined, take: 2 }, byTime, async () => items)

    expect(page).toMatchObject({ items: items.slice(0, 2), hasMore: true })
    expect(encodeURIComponent(page.end ?? '')).toBe(page.end)
    expect(JSON.stringify(await askedBehind(page.end))).toContain(JSON.stringify(id))
  })

  it('is there behind a last page, and not behind an empty one', async () => {
    const read = async () => [{ id: 'x', at: 1 }]

    expect(await checkpointPage({ from: undefined, take: 2 }, byTime, read)).toMatchObject({
      hasMore: false,
      end: expect.any(String),
    })
    expect(await checkpointPage({ from: undefined, take: 2 }, byTime, async () => [])).toEqual({
      items: [],
      hasMore: false,
      end: undefined,
    })
  })

  it.each([
    ['', byTime],
    ['nonsense', byTime],
    [Buffer.from('1').toString('base64'), byTime],
    [encoded([]), byTime],
    [encoded(['at:1', 5]), byTime],
    [encoded(['at:1', 'text', 'x']), byTime],
    [encoded(['at:1', null, 'x']), byTime],
    [encoded(['at:1', 1e300, 'x']), byTime],
    [encoded(['at:1', 5, 7]), byTime],
    [encoded(['at:-1', 5, 'x']), byTime],
    [encoded(['name:1', 5, 'x']), byTime],
    [encoded(['at:1', 5, 'x']), { ...byTime, holds: 'texts or null' }],
    [encoded(['at:1', null, 'x']), { ...byTime, holds: 'texts' }],
  ] as const)('%j is refused', async (text, order) => {
    await expect(askedBehind(text, order)).rejects.toMatchObject({
      statusCode: 400,
      errorCode: 'invalid_query_string',
    })
  })
})
