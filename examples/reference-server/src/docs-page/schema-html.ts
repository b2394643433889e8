import type { JsonSchema } from '@indwell/http-adapter'
import { type Html, html } from './html'

/** Where the schema of a component stands on the page. */
export type AnchorOf = (schemaName: string) => string

/** What a schema accepts: its kind in a line and, of an object, its members as a table. */
export function schemaHtml(schema: JsonSchema, anchorOf: AnchorOf): Html {
  const { description, properties } = schema
  return html`${
    properties === undefined
      ? html`<p>${kindHtml(schema, anchorOf)}</p>`
      : schema.additionalProperties === false && html`<p class="note">No other members than these.</p>`
  }${description !== undefined && html`<p>${description}</p>`}${demandHtml(schema)}${
    properties !== undefined && membersHtml(schema, anchorOf)
  }`
}

/** The kind of value and its limits, in a line. */
export function kindHtml(schema: JsonSchema, anchorOf: AnchorOf): Html {
  const parts = [
    kindOf(schema, anchorOf),
    ...limitsOf(schema).map((limit) => html` <span class="limit">${limit}</span>`),
  ]
  return html`${parts}`
}

function kindOf({ $ref, type, items, enum: values, ...schema }: JsonSchema, anchorOf: AnchorOf): Html {
  if ($ref !== undefined) {
    const name = $ref.slice('#/components/schemas/'.length)
    return html`<a href="#${anchorOf(name)}">${name}</a>`
  }
  if (values !== undefined) {
    return html`${values.map((value, index) => html`${index > 0 && ', '}<code>${value ?? 'null'}</code>`)}`
  }
  if (items !== undefined) return html`list of ${kindHtml(items, anchorOf)}`
  if (type === undefined) return html`any value`
  const { additionalProperties } = schema
  const isDictionary = additionalProperties !== undefined && additionalProperties !== false && !schema.properties
  const ofValues = isDictionary && html` of ${kindHtml(additionalProperties, anchorOf)}`
  return html`${[type].flat().join(' or ')}${ofValues}`
}

function limitsOf(schema: JsonSchema): readonly string[] {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, minProperties, maxProperties } = schema
  return [
    schema.format,
    schema.contentEncoding,
    schema.const !== undefined && `only ${schema.const}`,
    rangeOf(minLength, maxLength, 'characters'),
    rangeOf(minimum, maximum, ''),
    rangeOf(minItems, maxItems, 'items'),
    rangeOf(minProperties, maxProperties, 'members'),
    schema.pattern !== undefined && `matches ${schema.pattern}`,
    schema.not?.enum !== undefined && `not ${schema.not.enum.join(', ')}`,
  ].filter((limit) => typeof limit === 'string')
}

function rangeOf(least: number | undefined, most: number | undefined, unit: string): string | false {
  if (least === undefined && most === undefined) return false
  const range =
    most === undefined ? `at least ${least}` : least === undefined ? `at most ${most}` : `${least} to ${most}`
  return `${range} ${unit}`.trim()
}

function demandHtml({ anyOf }: JsonSchema): Html | false {
  if (anyOf === undefined) return false
  const names = anyOf.flatMap(({ required = [] }) => required)
  return html`<p class="note">At least one of ${names.join(', ')}.</p>`
}

function membersHtml({ properties = {}, required = [] }: JsonSchema, anchorOf: AnchorOf): Html {
  const members = Object.entries(properties)
  if (members.length === 0) return html`<p class="note">No members.</p>`
  return html`<table><tbody>${members.map(
    ([name, member]) => html`<tr><th scope="row"><code>${name}</code>${
      required.includes(name) && html` <span class="required">required</span>`
    }</th><td>${memberHtml(member, anchorOf)}</td></tr>
`,
  )}</tbody></table>`
}

function memberHtml(member: JsonSchema, anchorOf: AnchorOf): Html {
  if (member.properties !== undefined) {
    return html`<details><summary>object</summary>${schemaHtml(member, anchorOf)}</details>`
  }
  if (member.items?.properties !== undefined) {
    return html`<details><summary>list of objects</summary>${schemaHtml(member.items, anchorOf)}</details>`
  }
  return html`${kindHtml(member, anchorOf)}${
    member.description !== undefined && html`<br><span class="note">${member.description}</span>`
  }`
}
