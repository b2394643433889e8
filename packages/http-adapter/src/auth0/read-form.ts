import type * as v from 'valibot'
import type { ExchangeRequest } from '../exchange'
import type { Limits } from '../limits'
import { percentDecode } from '../request-target'
import { invalidBody } from './error-catalogue'
import { readJson } from './read-json'
import { collectParameters, spellParameters } from './read-query'
import { wireRule } from './wire-rule'

/** Whether a request says that its body is a form. */
export function isForm(headers: ExchangeRequest['headers']): boolean {
  return /^application\/x-www-form-urlencoded[\t ]*(?:;|$)/i.test(headers['content-type'] ?? '')
}

/**
 * Reads a form as the JSON object that it stands for: text that spells a boolean becomes one where `schema` wants one, and
 * text that is JSON becomes an object there (as OpenAPI 3.1 writes objects into forms). A field sent twice is an array.
 * Zero bytes are `null`.
 *
 * What a body parser of the host made of a form arrives as JSON and is taken too.
 *
 * @throws {@link Auth0Error} 400 `invalid_body` for what cannot be decoded.
 */
export function readForm(schema: v.GenericSchema, bytes: Uint8Array, limits: Pick<Limits, 'maxJsonDepth'>): unknown {
  const rule = wireRule(schema)
  const fields = isObject(bytes) ? readJson(bytes, limits) : fieldsOf(bytes)
  if (typeof fields !== 'object' || fields === null) return null
  const body = spellParameters(rule, fields)
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'string' || !rule.members?.rules.get(name)?.types.includes('object')) continue
    body[name] = readJson(new TextEncoder().encode(value), limits)
  }
  return body
}

/** No form that was encoded begins with a brace. */
function isObject(bytes: Uint8Array): boolean {
  return bytes[0] === '{'.charCodeAt(0)
}

function fieldsOf(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  if (bytes.byteLength === 0) return null
  const pairs = textOf(bytes)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const end = pair.includes('=') ? pair.indexOf('=') : pair.length
      return [decoded(pair.slice(0, end)), decoded(pair.slice(end + 1))] as const
    })
  return collectParameters(pairs)
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed()
  }
}

function decoded(text: string): string {
  const value = percentDecode(text.replaceAll('+', ' '))
  if (value === undefined) throw malformed()
  return value
}

function malformed() {
  return invalidBody('Invalid request payload form format')
}
