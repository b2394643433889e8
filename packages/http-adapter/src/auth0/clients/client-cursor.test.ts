import { describe, expect, it } from 'vitest'
import { isAfter, readCursor, writeCursor } from './client-cursor'

describe('a cursor', () => {
  it.each(['x', 'a,b', 'ü/😀'])('reads what it wrote: %s', (clientId) => {
    const cursor = { createdAt: Date.UTC(2026, 0, 1), clientId }

    expect(readCursor(writeCursor(cursor))).toEqual(cursor)
    expect(encodeURIComponent(writeCursor(cursor))).toBe(writeCursor(cursor))
  })

  it.each(['', 'nonsense', Buffer.from('1').toString('base64'), Buffer.from('x,y').toString('base64')])(
    'refuses %j',
    (text) => {
      expect(() => readCursor(text)).toThrow(
        expect.objectContaining({ statusCode: 400, errorCode: 'invalid_query_string' }),
      )
    },
  )

  it('orders by creation, then by the bytes of the id', () => {
    const cursor = { createdAt: 5, clientId: '\uffff' }

    expect(isAfter({ createdAt: 6, clientId: '' }, cursor)).toBe(true)
    expect(isAfter({ createdAt: 5, clientId: '😀' }, cursor)).toBe(true)
    expect(isAfter(cursor, cursor)).toBe(false)
    expect(isAfter({ createdAt: 5, clientId: 'z' }, cursor)).toBe(false)
  })
})
