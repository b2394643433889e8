import { createHash } from 'node:crypto'
import {
  type JsonSchema,
  type OpenApiDocument,
  type OpenApiMethod,
  type OpenApiOperation,
  type OpenApiParameter,
  type OpenApiResponse,
  openApiMethods,
} from '@indwell/http-adapter'
import { curlLine } from './curl-line'
import { type Html, html, trustedHtml } from './html'
import { type AnchorOf, kindHtml, schemaHtml } from './schema-html'
import { script } from './script'
import { style } from './style'

/** A page of HTML, and the Content-Security-Policy that lets it do what it does and nothing else. */
export interface DocsPage {
  readonly body: string
  readonly contentSecurityPolicy: string
}

/**
 * Makes the page on some documents: one file that fetches nothing and can be read without JavaScript.
 *
 * @param documents - By the name of their face.
 * @param serverUrl - Where the lines to copy call, until the page's own address takes its place.
 */
export function docsPage(documents: ReadonlyMap<string, OpenApiDocument>, serverUrl: string): DocsPage {
  const faces = Array.from(documents, ([name, document]) => new FacePart(name, document, serverUrl))
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Indwell: what is served</title>
<link rel="icon" href="data:,">
<style>${trustedHtml(style)}</style>
</head>
<body>
<header>
<h1>Indwell</h1>
<nav>${faces.map(({ name }) => html`<a href="/openapi/${name}.json">${name}.json</a>`)}</nav>
<label hidden><input type="search" placeholder="Search: path, permission, schema ( / )" aria-label="Search"></label>
</header>
<div class="columns">
<nav class="index" aria-label="Contents">${faces.map((face) => face.index())}</nav>
<main>${faces.map((face) => face.section())}</main>
</div>
<script>${trustedHtml(script)}</script>
</body>
</html>
`
  return {
    body: page.markup,
    contentSecurityPolicy: [
      "default-src 'none'",
      `style-src ${hashSource(style)}`,
      `script-src ${hashSource(script)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  }
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

interface Served {
  readonly method: OpenApiMethod
  readonly path: string
  readonly operation: OpenApiOperation
}

/** What the page says of one face. */
class FacePart {
  private readonly served: readonly Served[]
  private readonly anchorOf: AnchorOf

  constructor(
    readonly name: string,
    private readonly document: OpenApiDocument,
    private readonly serverUrl: string,
  ) {
    this.anchorOf = (schemaName) => `${name}-schema-${schemaName}`
    this.served = Object.entries(document.paths).flatMap(([path, item]) =>
      openApiMethods.flatMap((method) => {
        const operation = item[method]
        return operation === undefined ? [] : [{ method, path, operation }]
      }),
    )
  }

  index(): Html {
    return html`<a href="#${this.name}"><strong>${this.document.info.title}</strong></a>
<ul>${this.document.tags.map(({ name }) => html`<li><a href="#${this.tagAnchor(name)}">${name}</a></li>`)}
<li><a href="#${this.name}-schemas">Schemas</a></li></ul>`
  }

  section(): Html {
    const { info, tags, components } = this.document
    return html`<section class="face" id="${this.name}"><h2>${info.title}</h2><p class="note">${info.description}</p>
${tags.map(
  (tag) => html`<section class="group"><h3 id="${this.tagAnchor(tag.name)}">${tag.name}</h3>
${this.served.filter(({ operation }) => operation.tags.includes(tag.name)).map((served) => this.operation(served))}</section>
`,
)}<section class="group"><h3 id="${this.name}-schemas">Schemas</h3>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<details class="card" id="${this.anchorOf(name)}" data-words="${name.toLowerCase()}">
<summary><code>${name}</code></summary><div>${schemaHtml(schema, this.anchorOf)}</div></details>
`,
)}</section></section>
`
  }

  private operation({ method, path, operation }: Served): Html {
    const { operationId, summary, description, deprecated, parameters, requestBody, responses } = operation
    const needs = operation['x-scopes'] ?? [operation['x-permission'] ?? '']
    const aliasOf = operation['x-alias-of']
    const words = [method, path, operationId, summary, ...operation.tags, ...needs].join(' ').toLowerCase()
    const { before, after } = curlLine(this.document, method, path, operation)
    const body = (requestBody?.content['application/json'] ?? requestBody?.content['multipart/form-data'])?.schema
    return html`<details class="card${deprecated && ' deprecated'}" id="${operationId}" data-words="${words}">
<summary><span class="method ${method}">${method.toUpperCase()}</span> <code class="path">${path}</code>
<span class="name">${summary}</span>${deprecated && html` <span class="tag">${aliasOf === undefined ? 'deprecated' : 'alias'}</span>`}
<span class="needs">${needs.map((need) => html`<code>${need}</code> `)}</span></summary>
<div><p>${inlineCode(description)}</p>
<div class="curl"><pre>${before}<span class="origin">${this.serverUrl}</span>${after}</pre></div>
${parameters.length > 0 && html`<h4>Parameters</h4>${this.parameters(parameters)}`}
${body !== undefined && html`<h4>Body${requestBody?.required === false && ', optional'}</h4>${this.reference(body)}`}
<h4>Answers</h4>
<table><tbody>${Object.entries(responses).map(([status, response]) => this.answer(status, response))}</tbody></table></div></details>
`
  }

  private answer(status: string, { description, content }: OpenApiResponse): Html {
    const schema = content?.['application/json'].schema
    return html`<tr><th scope="row"><code>${status}</code></th><td>${description}${
      schema !== undefined && html` ${kindHtml(schema, this.anchorOf)}`
    }</td></tr>
`
  }

  private parameters(parameters: readonly OpenApiParameter[]): Html {
    return html`<table><tbody>${parameters.map(
      (parameter) => html`<tr><th scope="row"><code>${parameter.name}</code> <span class="note">${parameter.in}</span>${
        parameter.required && html` <span class="required">required</span>`
      }</th><td>${kindHtml(parameter.schema, this.anchorOf)}${
        parameter.description !== undefined && html`<br><span class="note">${parameter.description}</span>`
      }</td></tr>
`,
    )}</tbody></table>`
  }

  /** The members of a message stand where it is used; what they hold is a link away. */
  private reference(schema: JsonSchema): Html {
    if (schema.$ref === undefined)
      return html`<details><summary>object</summary>${schemaHtml(schema, this.anchorOf)}</details>`
    const name = schema.$ref.slice('#/components/schemas/'.length)
    const whole = this.document.components.schemas[name] ?? {}
    return html`<details><summary><code>${name}</code></summary>${schemaHtml(whole, this.anchorOf)}</details>`
  }

  private tagAnchor(tag: string): string {
    return `${this.name}-${tag.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
  }
}

/** Of a text with `code` in backticks, as descriptions are CommonMark. */
function inlineCode(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`
}
