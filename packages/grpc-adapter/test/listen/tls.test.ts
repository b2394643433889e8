import { once } from 'node:events'
import type http from 'node:http'
import https from 'node:https'
import tls from 'node:tls'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { certificate } from './certificate'
import { grpcCall, withSession } from './grpc-call'
import { listeners } from './opened'

const open = listeners()
const trusting = { rejectUnauthorized: false }
const app: http.RequestListener = (_request, response) => void response.end('the app')

async function agreed(port: number, ALPNProtocols: string[]): Promise<string | false | null> {
  const socket = tls.connect({ port, host: '127.0.0.1', ALPNProtocols, ...trusting })
  await once(socket, 'secureConnect')
  const protocol = socket.alpnProtocol
  socket.destroy()
  return protocol
}

async function getText(url: string): Promise<string> {
  const [response] = (await once(https.get(url, { agent: false, ...trusting }), 'response')) as [http.IncomingMessage]
  return Buffer.concat(await response.toArray()).toString()
}

describe('with TLS', () => {
  it('answers HTTP/2 and HTTP/1.1, and clients that agree on nothing', async () => {
    const { url, port } = await open({ tls: certificate, app: express().use(app) })

    expect(url).toMatch(/^https:/)
    expect(await withSession(url, (session) => grpcCall(session, '/probe/empty'), trusting)).toMatchObject({
      trailers: { 'grpc-status': '5' },
    })
    expect(await getText(url)).toBe('the app')
    expect(await agreed(port, ['http/1.1'])).toBe('http/1.1')
    await expect(agreed(port, ['h3'])).rejects.toThrow()
  })

  it.each([
    ['HTTP/2 where all is ours', {}, 'h2'],
    ['HTTP/1.1 where an app knows nothing else', { app }, 'http/1.1'],
    ['HTTP/2 where the host knows it too', { app, http2App: () => {} }, 'h2'],
  ])('agrees with who offers both on %s', async (_, options, protocol) => {
    const { port } = await open({ tls: certificate, ...options })

    expect(await agreed(port, ['h2', 'http/1.1'])).toBe(protocol)
    expect(await agreed(port, ['h2'])).toBe('h2')
  })

  it('closes on a client that never shakes hands', async () => {
    const { url, port } = await open({ tls: certificate, limits: { openingTimeoutMs: 100 } })
    const socket = tls.connect({ port, host: '127.0.0.1', ...trusting })
    await once(socket, 'secureConnect')
    socket.destroy()
    const silent = (await import('node:net')).connect(port, '127.0.0.1').on('error', () => {})

    await once(silent, 'close')
    expect(await withSession(url, (session) => grpcCall(session, '/probe/empty'), trusting)).toBeDefined()
  })
})
