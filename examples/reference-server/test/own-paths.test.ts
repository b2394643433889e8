import { createDirectory } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../src/serve'
import { storageFromUrl } from '../src/storage-from-url'

let url: string
let close: () => Promise<void>

beforeAll(async () => {
  const directory = await createDirectory({ storage: storageFromUrl(':memory:') })
  const settings = { host: '127.0.0.1', port: 0, jwtSecret: undefined, strict: new Set(['auth0'] as const) }
  const listening = await serve(directory, settings)
  url = listening.url
  close = async () => {
    await listening.close({ graceMs: 0 })
    await directory.close()
  }
})
afterAll(() => close())

describe('the documents', () => {
  it.each([
    ['zitadel', '/management/v1/users/human'],
    ['auth0', '/api/v2/users'],
  ])('on %s are served to everyone', async (face, path) => {
    const response = await fetch(`${url}/openapi/${face}.json`)
    const document = (await response.json()) as { readonly openapi: string; readonly paths: object }

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(document.openapi).toBe('3.1.1')
    expect(Object.keys(document.paths)).toContain(path)
  })

  it('describe the faces as strict as they are', async () => {
    const document = (await (await fetch(`${url}/openapi/auth0.json`)).json()) as { readonly paths: object }

    expect(Object.keys(document.paths)).not.toContain('/api/v2/applications')
  })

  it.each(['/openapi/okta.json', '/openapi/__proto__.json', '/openapi/', '/docs/'])('are not at %s', async (path) => {
    expect((await fetch(url + path)).status).toBe(404)
  })

  it('are only to be read', async () => {
    expect((await fetch(`${url}/docs`, { method: 'POST' })).status).toBe(404)
  })
})

describe('/docs', () => {
  it('is one page that may load nothing', async () => {
    const response = await fetch(`${url}/docs?from=readme`)
    const body = await response.text()

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; /)
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(body)))
    expect(body).toContain('/management/v1/users/human')
    expect(body).toContain('/api/v2/users-by-email')
  })

  it('calls the server it came from, whatever the client says', async () => {
    const body = await (await fetch(`${url}/docs`, { headers: { 'x-forwarded-host': 'evil.example' } })).text()

    expect(body).toContain(`<span class="origin">http://localhost:${new URL(url).port}</span>`)
    expect(body).not.toContain('evil.example')
  })

  it('answers HEAD with the length alone', async () => {
    const response = await fetch(`${url}/docs`, { method: 'HEAD' })

    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(10_000)
    expect(await response.text()).toBe('')
  })
})
