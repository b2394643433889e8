import type * as v from 'valibot'
import { Auth0Error } from './error-body'
import { validationMessage } from './validation-messages'
import { type WireRule, wireRule } from './wire-rule'

/**
 * Takes a query string (what follows the `?`, still encoded) as what `schema` describes. Text that spells a number or
 * a boolean becomes one where the schema wants one; a parameter sent twice is an array.
 *
 * @throws {@link Auth0Error} 400 `invalid_query_string`.
 */
export function readQuery<S extends v.GenericSchema>(schema: S, query: string): v.InferOutput<S> {
  const parameters = spellParameters(wireRule(schema), collectParameters(new URLSearchParams(query)))
  const message = validationMessage('query', schema, parameters)
  if (message !== undefined) throw new Auth0Error(400, message, 'invalid_query_string')
  return parameters as v.InferOutput<S>
}

/** Texts by name; of a name that comes several times a list. */
export function collectParameters(pairs: Iterable<readonly [name: string, text: string]>): Record<string, unknown> {
  const collected = new Map<string, string[]>()
  for (const [name, text] of pairs) {
    const texts = collected.get(name)
    if (texts === undefined) collected.set(name, [text])
    else texts.push(text)
  }

  // No prototype: a parameter called `__proto__` is one more unknown parameter.
  const parameters: Record<string, unknown> = Object.create(null)
  for (const [name, texts] of collected) parameters[name] = texts.length > 1 ? texts : texts[0]
  return parameters
}

/** Turns texts into what the rule wants where they spell it; everything else stays as it is. */
export function spellParameters(rule: WireRule, parameters: object): Record<string, unknown> {
  const spelt: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(parameters)) {
    spelt[name] = typeof value === 'string' ? spelled(value, rule.members?.rules.get(name)?.types ?? []) : value
  }
  return spelt
}

function spelled(text: string, types: WireRule['types']): unknown {
  if (types.includes('integer') || types.includes('number')) {
    return /^-?[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : text
  }
  if (types.includes('boolean')) return text === 'true' ? true : text === 'false' ? false : text
  return text
}
