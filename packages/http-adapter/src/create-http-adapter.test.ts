import type { Directory } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import type { Face } from './create-http-adapter'
import { createHttpAdapter } from './create-http-adapter'
import type { ExchangeRequest, ExchangeResponse } from './exchange'
import { RequestRefusedError } from './request-refused-error'

const directory = {} as Directory
const authenticate = async () => undefined

const face = (name: string, answer: (request: ExchangeRequest) => Promise<ExchangeResponse> | undefined): Face => ({
  name,
  open: () => answer,
})
const below = (path: string) =>
  face(path, ({ url }) =>
    url.startsWith(path) ? Promise.resolve({ status: 200, headers: {}, body: path }) : undefined,
  )

const get = (url: string): ExchangeRequest => ({
  method: 'GET',
  url,
  headers: {},
  body: async () => new Uint8Array(),
  signal: new AbortController().signal,
})

describe('createHttpAdapter', () => {
  it('gives the answer of the first face that has one', async () => {
    const exchange = createHttpAdapter(directory, { faces: [below('/a'), below('/a/b'), below('/c')], authenticate })

    expect(await exchange(get('/a/b'))).toMatchObject({ body: '/a' })
    expect(await exchange(get('/c'))).toMatchObject({ body: '/c' })
    expect(exchange(get('/d'))).toBeUndefined()
  })

  it('opens each face once, with what it needs', async () => {
    const opened: unknown[] = []
    const nosy: Face = {
      name: 'nosy',
      open(host) {
        opened.push(host)
        return () => undefined
      },
    }

    const exchange = createHttpAdapter(directory, { faces: [nosy], authenticate, limits: { maxBodyBytes: 5 } })
    exchange(get('/a'))
    exchange(get('/b'))

    expect(opened).toEqual([
      {
        directory,
        authenticate,
        limits: expect.objectContaining({ maxBodyBytes: 5 }),
        requireIdempotencyKey: false,
        report: expect.any(Function),
      },
    ])
    expect(exchange.limits).toMatchObject({ maxBodyBytes: 5, maxJsonDepth: 100 })
  })

  it('reports a failure and answers 500 without details', async () => {
    const failure = new Error('secret')
    const thrower = face('thrower', ({ url }) => {
      if (url === '/throw') throw failure
      return Promise.reject(failure)
    })
    const errors: unknown[] = []
    const onError = (error: unknown, { url }: ExchangeRequest) => errors.push([url, error])
    const exchange = createHttpAdapter(directory, { faces: [thrower], authenticate, onError })

    for (const url of ['/throw', '/reject']) {
      expect(await exchange(get(url))).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' })
    }
    expect(errors).toEqual([
      ['/throw', failure],
      ['/reject', failure],
    ])
  })

  it('reports the cause of an answer and leaves the answer to the face', async () => {
    const failure = new Error('secret')
    const answer: ExchangeResponse = { status: 500, headers: {}, body: '{"code":13}', cause: failure }
    const errors: unknown[] = []
    const exchange = createHttpAdapter(directory, {
      faces: [face('vendor', () => Promise.resolve(answer))],
      authenticate,
      onError: (error) => errors.push(error),
    })

    expect(await exchange(get('/'))).toBe(answer)
    expect(errors).toEqual([failure])
  })

  it('answers a refusal that a face passes on, without a report', async () => {
    const errors: unknown[] = []
    const exchange = createHttpAdapter(directory, {
      faces: [face('careless', () => Promise.reject(new RequestRefusedError('body_too_large', 1)))],
      authenticate,
      onError: (error) => errors.push(error),
    })

    expect(await exchange(get('/'))).toMatchObject({ status: 413 })
    expect(errors).toEqual([])
  })

  it('refuses limits that are none', () => {
    expect(() => createHttpAdapter(directory, { faces: [], authenticate, limits: { maxBodyBytes: 0 } })).toThrow(
      RangeError,
    )
  })
})
