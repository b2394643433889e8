import { existsSync } from 'node:fs'
import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { Code } from '@connectrpc/connect'
import { toNodeHandler } from '@indwell/http-adapter'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../world'
import { conversation, type Outcome } from './conversation'
import { type OpenListener, openServer } from './open-server'

/** Where Debian has it, or wherever else it is. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const isThere = existsSync(executablePath)
const withoutIt = isThere ? '' : ` (skipped: there is no ${executablePath}, and CHROMIUM names no other)`
if (!isThere) console.warn(`gRPC-web from a page was not tested${withoutIt}`)

// What keeps it from asking for hosts of its own.
const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

describe.skipIf(!isThere)(`a page in Chromium${withoutIt}`, () => {
  let browser: Browser
  let world: World
  let [site, otherSite, api]: OpenListener[] = []
  const asked: string[] = []

  beforeAll(async () => {
    const [launched, script] = await Promise.all([
      chromium.launch({
        executablePath,
        args: ['--no-sandbox', ...quiet, '--disable-component-update', '--disable-sync'],
      }),
      bundledPage(),
    ])
    browser = launched
    ;[site, otherSite] = await Promise.all([serve(script), serve(script)])
    world = await createWorld({ face: { cors: { origins: [site!.url] } } })
    const handler = toNodeHandler(world.exchange)
    api = await openServer(
      http.createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`)
        handler(request, response)
      }),
    )
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.all([site?.close(), otherSite?.close(), api?.close(), world?.close()])
  })

  const talkFrom = async (page: Page, from: OpenListener) => {
    await page.goto(from.url)
    // What a browser logs of a call that it does not let through.
    return page.evaluate<readonly Outcome[], readonly [string, string]>(
      ([url, token]) => Reflect.get(globalThis, 'talk')(url, token, 'zoe'),
      [api!.url, world.rootToken],
    )
  }

  it('calls another origin by gRPC-web, once its browser has asked whether it may', async () => {
    const outcomes = await talkFrom(await browser.newPage(), site!)

    expect(outcomes[0]).toMatchObject({ answer: { details: { resourceOwner: world.acme } } })
    expect(outcomes.slice(1)).toMatchObject(conversation.map(({ ends }) => ends))
    const path = '/zitadel.management.v1.ManagementService/AddHumanUser'
    expect(asked.slice(0, 2)).toEqual([`OPTIONS ${path}`, `POST ${path}`])
  })

  it('is kept from calling by its browser where its origin is not named', async () => {
    asked.length = 0
    const outcomes = await talkFrom(await browser.newPage(), otherSite!)

    expect(outcomes).toMatchObject([{ fails: { code: Code.Unknown, message: 'Failed to fetch' } }])
    expect(asked).toEqual([expect.stringMatching(/^OPTIONS /)])
  })
})

async function bundledPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    write: false,
  })
  return outputFiles[0]!.text
}

function serve(script: string): Promise<OpenListener> {
  return openServer(
    http.createServer(({ url }, response) => {
      if (url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script)
      else response.setHeader('content-type', 'text/html').end('<!doctype html><script src="/page.js"></script>')
    }),
  )
}
