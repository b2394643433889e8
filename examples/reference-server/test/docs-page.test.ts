import { createHash } from 'node:crypto'
import { openApiMethods, openApiOf } from '@indwell/http-adapter'
import { auth0 } from '@indwell/http-adapter/auth0'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { describe, expect, it } from 'vitest'
import { curlLine } from '../src/docs-page/curl-line'
import { docsPage } from '../src/docs-page/docs-page'
import { html, trustedHtml } from '../src/docs-page/html'

const documents = openApiOf([zitadel(), auth0()])
const { body, contentSecurityPolicy } = docsPage(documents, 'http://localhost:8787')

describe('html', () => {
  it('escapes what is put in, and only that', () => {
    const markup = html`<p title="${`"'`}">${'<b>&'} ${trustedHtml('<hr>')}${[html`<i>${'<'}</i>`, html`${1}`]}</p>`

    expect(markup.markup).toBe('<p title="&#34;&#39;">&#60;b&#62;&#38; <hr><i>&#60;</i>1</p>')
  })

  it('shows nothing for what is not there', () => {
    expect(html`<p>${false}${undefined}</p>`.markup).toBe('<p></p>')
  })
})

describe('the page', () => {
  it('shows every route of both faces, with what it needs', () => {
    for (const { paths } of documents.values()) {
      for (const [path, item] of Object.entries(paths)) {
        for (const method of openApiMethods) {
          const operation = item[method]
          if (operation === undefined) continue
          const card = cardOf(operation.operationId)
          expect(card).toContain(`<code class="path">${path}</code>`)
          expect(card).toContain(`<span class="method ${method}">`)
          for (const need of operation['x-scopes'] ?? [operation['x-permission']]) {
            expect(card).toContain(`<code>${need}</code>`)
          }
        }
      }
    }
  })

  it('leads nowhere but to itself and the documents', () => {
    const ids = new Set(Array.from(body.matchAll(/ id="([^"]+)"/g), ([, id]) => `#${id}`))
    const targets = Array.from(body.matchAll(/ href="([^"]+)"/g), ([, target = '']) => target)
    const own = ['data:,', '/openapi/zitadel.json', '/openapi/auth0.json']

    expect(targets.filter((target) => !ids.has(target) && !own.includes(target))).toEqual([])
    expect(body).not.toMatch(/<[^>]+ (?:src|srcset|action|on\w+|style)=/)
    expect(body).not.toMatch(/@import|url\(/)
  })

  it('names each place once', () => {
    const ids = Array.from(body.matchAll(/ id="([^"]+)"/g), ([, id]) => id)

    expect(ids.length).toBe(new Set(ids).size)
  })

  it('is allowed its own style and script by their hashes, and nothing else', () => {
    for (const tag of ['style', 'script']) {
      const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(body)?.[1] ?? ''
      const hash = createHash('sha256').update(content).digest('base64')
      expect(contentSecurityPolicy).toContain(`${tag}-src 'sha256-${hash}'`)
    }
    expect(contentSecurityPolicy).toContain("default-src 'none'")
  })

  it('does not believe a document', () => {
    const evil = '<script>alert("x")</script>'
    const [[, zitadelDocument] = []] = documents
    if (zitadelDocument === undefined) throw new Error('no document')
    const described = { ...zitadelDocument, info: { title: evil, version: evil, description: evil } }

    expect(docsPage(new Map([['zitadel', described]]), evil).body).not.toContain(evil)
  })
})

describe('the line to copy', () => {
  const lineOf = (face: string, method: (typeof openApiMethods)[number], path: string) => {
    const document = documents.get(face)
    const operation = document?.paths[path]?.[method]
    if (document === undefined || operation === undefined) throw new Error(`no ${method} ${path}`)
    const { before, after } = curlLine(document, method, path, operation)
    return `${before}URL${after}`
  }
  const authorization = '-H "Authorization: Bearer $INDWELL_OWNER_TOKEN"'
  const json = "-H 'Content-Type: application/json'"

  it.each([
    ['zitadel', 'get', '/management/v1/orgs/me', `curl ${authorization} 'URL/management/v1/orgs/me'`],
    [
      'zitadel',
      'post',
      '/management/v1/users/{id}/metadata/{key}',
      `curl ${authorization} ${json} -d '{"value":"Ymx1ZQ=="}' 'URL/management/v1/users/ID/metadata/KEY'`,
    ],
    [
      'zitadel',
      'post',
      '/management/v1/users/human',
      `curl ${authorization} ${json} -d '{"userName":"userName","profile":{"firstName":"firstName",` +
        `"lastName":"lastName"},"email":{"email":"ada@acme.example"}}' 'URL/management/v1/users/human'`,
    ],
    [
      'zitadel',
      'delete',
      '/management/v1/metadata/_bulk',
      `curl -X DELETE ${authorization} ${json} -d '{"keys":["keys"]}' 'URL/management/v1/metadata/_bulk'`,
    ],
    [
      'zitadel',
      'post',
      '/management/v1/orgs/members/roles/_search',
      `curl -X POST ${authorization} 'URL/management/v1/orgs/members/roles/_search'`,
    ],
    ['auth0', 'get', '/api/v2/users-by-email', `curl ${authorization} 'URL/api/v2/users-by-email?email=email'`],
    [
      'auth0',
      'post',
      '/api/v2/users',
      `curl ${authorization} ${json} -d '{"email":"ada@acme.example"}' 'URL/api/v2/users'`,
    ],
  ] as const)('of %s %s %s says what has to be said', (face, method, path, line) => {
    expect(lineOf(face, method, path)).toBe(line)
  })
})

/** The part of the page about one operation. */
function cardOf(operationId: string): string {
  const start = body.indexOf(`id="${operationId}"`)
  expect(start).toBeGreaterThan(-1)
  return body.slice(start, body.indexOf('<details class="card', start))
}
