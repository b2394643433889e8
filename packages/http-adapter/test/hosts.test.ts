import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createEchoExchange } from './echo-exchange'
import type { Host, MountedHost, MountOptions } from './hosts'
import { hostAnswer, hosts } from './hosts'
import { connectTo, rawRequest } from './raw-request'

/** Where a host speaks before we can; the rest of the contract holds there too. */
const exceptions: readonly {
  readonly host: string
  readonly prefix?: string
  readonly parser?: boolean
  readonly reason: string
  readonly cases: readonly string[]
}[] = [
  {
    host: 'Express 4',
    prefix: '/in',
    reason: 'it cuts one slash more than the prefix off',
    cases: ['reads a path that begins with two slashes as a path'],
  },
  {
    host: 'Fastify 5',
    reason: 'its router answers malformed escapes with 400 before any hook or route',
    cases: ['refuses a malformed percent escape'],
  },
  {
    host: 'Fastify 5',
    parser: true,
    reason: 'its parser answers an empty JSON body with 400',
    cases: ['tells an empty body from an empty object'],
  },
  {
    host: 'Hono 4 on Node',
    reason: 'a Request needs a URL, so @hono/node-server answers a malformed Host with 400',
    cases: ['answers whatever the Host header is'],
  },
  {
    host: 'Hono 4 on Node, by its request',
    reason: 'a Request needs a URL, so @hono/node-server answers a malformed Host with 400',
    cases: ['answers whatever the Host header is'],
  },
]

const limits = { maxBodyBytes: 65_536, bodyTimeoutMs: 400, maxUrlLength: 2_000, maxHeaderCount: 100 }

describe.each(hosts)('$name', (host) => {
  const mountings = ['', '/in'].flatMap((prefix) =>
    (host.parses ? [false, true] : [false]).map((parser) => ({ prefix, parser })),
  )
  describe.each(mountings)('mounted at "$prefix", behind a parser: $parser', (mounting) => {
    keepsTheContract(host, mounting)
  })
})

function keepsTheContract(host: Host, { prefix, parser }: MountOptions): void {
  const exchange = createEchoExchange(limits)
  let mounted: MountedHost
  beforeAll(async () => {
    mounted = await host.mount(exchange, { prefix, parser })
  })
  afterAll(() => mounted.close())

  const rule = (name: string, check: () => Promise<void>) => {
    const exception = exceptions.find(
      (one) =>
        one.host === host.name &&
        (one.prefix ?? prefix) === prefix &&
        (one.parser ?? parser) === parser &&
        one.cases.includes(name),
    )
    if (exception) it.skip(`${name} (${exception.reason})`, check)
    else it(name, check)
  }
  const call = (path: string, init?: RequestInit) => mounted.fetch(`${mounted.url}${path}`, init)
  const postJson = (path: string, body: string, method = 'POST') =>
    call(path, { method, body, headers: { 'content-type': 'application/json' } })

  rule('passes on method, path, query and body', async () => {
    const response = await postJson('/echo/a?q=1&q=b+c', '{"n":[1,{"ö":null}]}')

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      method: 'POST',
      url: '/echo/a?q=1&q=b+c',
      params: { value: 'a' },
      query: [
        ['q', '1'],
        ['q', 'b c'],
      ],
      body: '{"n":[1,{"ö":null}]}',
      sameBody: true,
    })
  })

  rule('passes on the JSON body of a DELETE', async () => {
    expect(await (await postJson('/echo/a', '{"members":["1"]}', 'DELETE')).json()).toMatchObject({
      method: 'DELETE',
      body: '{"members":["1"]}',
    })
  })

  rule('passes on a body that is not JSON', async () => {
    const response = await call('/echo/a', { method: 'PUT', body: 'plain', headers: { 'content-type': 'text/plain' } })

    expect(await response.json()).toMatchObject({ body: 'plain' })
  })

  rule('tells an empty body from an empty object', async () => {
    expect(await (await postJson('/echo/a', '')).json()).toMatchObject({ body: '' })
    expect(await (await postJson('/echo/a', '{}')).json()).toMatchObject({ body: '{}' })
    expect(await (await call('/echo/a')).json()).toMatchObject({ body: '' })
  })

  rule('leaves percent escapes to the exchange', async () => {
    expect(await (await call('/echo/auth0%7C1%2F2+3%2541')).json()).toMatchObject({
      url: '/echo/auth0%7C1%2F2+3%2541',
      params: { value: 'auth0|1/2+3%41' },
    })
  })

  rule('refuses a malformed percent escape', async () => {
    const response = await call('/echo/%zz')

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ malformed: '/echo/%zz' })
  })

  rule('lets unknown paths fall through to the host', async () => {
    for (const path of ['/nope', '/echo', '/echo/a/b', '', '?q=1']) {
      const response = await call(path)
      expect([path, response.status, await response.text()]).toEqual([path, 404, hostAnswer])
    }
  })

  rule('reads a path that begins with two slashes as a path', async () => {
    expect(await (await call('//echo/a')).text()).toBe(hostAnswer)
  })

  rule('leaves what only begins like the prefix to the host', async () => {
    if (prefix === '') return
    const origin = mounted.url.slice(0, -prefix.length)
    for (const path of [`${prefix}side/echo/a`, '/echo/a', `/x${prefix}/echo/a`]) {
      expect(await (await mounted.fetch(`${origin}${path}`)).text()).toBe(hostAnswer)
    }
  })

  rule('answers a known path with an unknown method', async () => {
    const response = await call('/echo/a', { method: 'OPTIONS' })

    expect(response.status).toBe(405)
    expect(await response.json()).toMatchObject({ allow: expect.arrayContaining(['GET', 'POST']) })
  })

  rule('answers HEAD with the length of the body and without the body', async () => {
    const response = await call('/echo/a', { method: 'HEAD' })

    expect(response.status).toBe(200)
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(50)
    expect(await response.text()).toBe('')
  })

  rule('names the length in bytes', async () => {
    for (const [path, bytes] of [
      ['/bytes', [0, 255]],
      ['/text', [0xc3, 0xa9, 0xef, 0xbf, 0xbd]],
    ] as const) {
      const response = await call(path)
      expect(response.headers.get('content-length')).toBe(String(bytes.length))
      expect([...new Uint8Array(await response.arrayBuffer())]).toEqual(bytes)
    }
  })

  rule('sends neither body nor length with 204 and 304', async () => {
    for (const status of [204, 304]) {
      const response = await call(`/empty/${status}`)
      expect(response.status).toBe(status)
      expect(response.headers.get('content-length')).toBeNull()
      expect(response.headers.get('transfer-encoding')).toBeNull()
      expect(await response.text()).toBe('')
    }
  })

  rule('shows both of two Authorization headers', async () => {
    if (host.socket) {
      const head = `GET ${prefix}/echo/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`
      const received = await rawRequest(
        mounted.url,
        `${head}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`,
      )
      expect(received).toContain('"authorization":"Bearer a, Bearer b"')
    } else {
      const headers = new Headers({ authorization: 'Bearer a' })
      headers.append('authorization', 'Bearer b')
      expect(await (await call('/echo/a', { headers })).json()).toMatchObject({ authorization: 'Bearer a, Bearer b' })
    }
  })

  rule('refuses a body above the limit and takes one at it', async () => {
    const text = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2))
    const large = await postJson('/echo/a', `[${text(limits.maxBodyBytes)}]`)
    const largest = await postJson('/echo/a', `[${text(limits.maxBodyBytes - 2)}]`)

    expect(large.status).toBe(413)
    expect(await large.json()).toEqual({ refused: 'body_too_large', limit: limits.maxBodyBytes })
    expect(largest.status).toBe(200)
  })

  rule('refuses a body above the limit that does not name its length', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(50_000))
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(chunk)
        controller.enqueue(chunk)
        controller.enqueue(new TextEncoder().encode(`["${'x'.repeat(100_000)}"]`))
        controller.close()
      },
    })
    const response = await call('/echo/a', {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    })

    expect(response.status).toBe(413)
  })

  rule('refuses a path that is too long', async () => {
    const response = await call(`/echo/${'a'.repeat(limits.maxUrlLength)}`)

    expect(response.status).toBe(414)
    expect(await response.json()).toEqual({ refused: 'url_too_long' })
  })

  rule('refuses too many headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`x-${index}`, 'x']))
    const response = await call('/echo/a', { headers })

    expect(response.status).toBe(431)
    expect(await response.json()).toEqual({ refused: 'too_many_headers' })
  })

  rule('answers without having read the body, again and again', async () => {
    for (let round = 0; round < 3; round++) {
      const response = await postJson('/unread', '["x"]')
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual({ message: 'not read' })
    }
  })

  if (!host.socket) return

  rule('answers whatever the Host header is', async () => {
    for (const name of ['[', 'a b', 'x:port', '%%', 'evil.example/../', '']) {
      const received = await rawRequest(
        mounted.url,
        `GET ${prefix}/echo/a HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`,
      )
      expect([name, received.split('\r\n')[0]]).toEqual([name, 'HTTP/1.1 200 OK'])
      expect(received).toContain('"url":"/echo/a"')
    }
  })

  rule('answers an absolute request target', async () => {
    const received = await rawRequest(
      mounted.url,
      `GET http://elsewhere.example${prefix}/echo/a?q=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )

    expect(received).toContain('"url":"/echo/a?q=1"')
  })

  rule('survives request targets without a path', async () => {
    for (const target of ['*', 'http://', 'http://[', '//', '/%', '/\\', '?', 'http:///echo/a']) {
      await rawRequest(mounted.url, `OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    }
    expect((await call('/echo/a')).status).toBe(200)
  })

  rule('stops working for a client that has hung up', async () => {
    const before = exchange.observed.length
    const socket = connectTo(mounted.url)
    socket.write(`GET ${prefix}/forever HTTP/1.1\r\nHost: x\r\n\r\n`)
    await sleep(50)
    socket.destroy()

    await vi.waitFor(() => expect(exchange.observed.slice(before)).toEqual(['signal aborted']))
  })

  // Behind a parser both of these are between the client and the host.
  if (parser) return

  rule('gives up on a body that stalls', async () => {
    const received = await rawRequest(
      mounted.url,
      `POST ${prefix}/echo/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{"a":`,
      '}',
    )

    expect(received).toContain(' 408 ')
    expect(received).toContain('{"refused":"body_timeout","limit":400}')
  })

  rule('notices a client that hangs up amid its body', async () => {
    const before = exchange.observed.length
    const socket = connectTo(mounted.url)
    socket.write(`POST ${prefix}/echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":`)
    await sleep(50)
    socket.destroy()

    await vi.waitFor(() => expect(exchange.observed.slice(before)).toEqual(['client_closed']))
    expect((await call('/echo/a')).status).toBe(200)
  })
}
