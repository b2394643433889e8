import type { Contract, FieldRules } from './contract'
import { checkMailAddress } from './mail-address'
import { type FieldLayout, layoutOf, type MessageLayout } from './message-layout'

type Message = Readonly<Record<string, unknown>>

/** Says what is wrong with the value of a field, in the words that follow the field's name. */
type Check = (value: unknown) => string | undefined

/** What one message has to keep, in the order in which protoc-gen-validate looks. */
interface MessageRules {
  readonly goName: string
  readonly fields: readonly FieldCheck[]
  readonly oneofs: readonly {
    readonly goName: string
    readonly required: boolean
    readonly fields: readonly FieldCheck[]
  }[]
  readonly optionals: readonly FieldCheck[]
}

interface FieldCheck {
  readonly jsonName: string
  readonly goName: string
  readonly whole: readonly Check[]
  readonly element: readonly Check[]
}

const compiled = new WeakMap<MessageLayout, MessageRules>()

/**
 * Checks a decoded message against its field rules. The first rule that does not hold decides: fields in order of
 * declaration, then oneofs, then optional fields.
 *
 * @returns The text for the wire, or `undefined` when every rule holds. Field values are not repeated in it, except for
 * one character of an e-mail address.
 * @see https://github.com/bufbuild/protoc-gen-validate
 */
export function checkRules(contract: Contract, messageName: string, decoded: object): string | undefined {
  return checkMessage(layoutOf(contract, messageName), decoded as Message)
}

function checkMessage(layout: MessageLayout, message: Message): string | undefined {
  let rules = compiled.get(layout)
  if (rules === undefined) {
    rules = rulesOf(layout)
    compiled.set(layout, rules)
  }
  for (const field of rules.fields) {
    const broken = checkField(rules.goName, field, message[field.jsonName])
    if (broken !== undefined) return broken
  }
  for (const oneof of rules.oneofs) {
    const chosen = oneof.fields.find((field) => message[field.jsonName] !== undefined)
    if (chosen === undefined) {
      if (oneof.required) return `invalid ${rules.goName}.${oneof.goName}: value is required`
      continue
    }
    const broken = checkField(rules.goName, chosen, message[chosen.jsonName])
    if (broken !== undefined) return broken
  }
  for (const field of rules.optionals) {
    if (message[field.jsonName] === undefined) continue
    const broken = checkField(rules.goName, field, message[field.jsonName])
    if (broken !== undefined) return broken
  }
  return undefined
}

function checkField(messageName: string, field: FieldCheck, value: unknown): string | undefined {
  for (const check of field.whole) {
    const reason = check(value)
    if (reason !== undefined) return `invalid ${messageName}.${field.goName}: ${reason}`
  }
  if (field.element.length === 0) return undefined
  for (const [index, element] of (value as readonly unknown[]).entries()) {
    for (const check of field.element) {
      const reason = check(element)
      if (reason !== undefined) return `invalid ${messageName}.${field.goName}[${index}]: ${reason}`
    }
  }
  return undefined
}

function rulesOf(layout: MessageLayout): MessageRules {
  const checksOf = (fields: readonly FieldLayout[]) =>
    fields.map(fieldCheck).filter(({ whole, element }) => whole.length > 0 || element.length > 0)
  return {
    goName: layout.goName,
    fields: checksOf(layout.fields.filter((field) => field.oneof === undefined && !field.optional)),
    // Members without rules stay in: one of them may be what fulfils a required oneof.
    oneofs: layout.oneofs.map(({ goName, required, fields }) => ({ goName, required, fields: fields.map(fieldCheck) })),
    optionals: checksOf(layout.fields.filter((field) => field.optional)),
  }
}

function fieldCheck(field: FieldLayout): FieldCheck {
  const { jsonName, goName, rules = {} } = field
  if (!field.repeated) return { jsonName, goName, whole: valueChecks(field, rules), element: [] }
  return { jsonName, goName, whole: itemCountChecks(rules), element: valueChecks(field, rules.items ?? {}) }
}

function itemCountChecks({ minItems = 0, maxItems = Number.POSITIVE_INFINITY }: FieldRules): Check[] {
  if (minItems === 0 && maxItems === Number.POSITIVE_INFINITY) return []
  const reason =
    minItems === maxItems
      ? `value must contain exactly ${minItems} item(s)`
      : minItems === 0
        ? `value must contain no more than ${maxItems} item(s)`
        : maxItems === Number.POSITIVE_INFINITY
          ? `value must contain at least ${minItems} item(s)`
          : `value must contain between ${minItems} and ${maxItems} items, inclusive`
  return [
    (value) => {
      const { length } = value as readonly unknown[]
      return length < minItems || length > maxItems ? reason : undefined
    },
  ]
}

/** In the order of protoc-gen-validate's templates. */
function valueChecks(field: FieldLayout, rules: FieldRules): Check[] {
  const checks: Check[] = []
  if (rules.ignoreEmpty) {
    const { ignoreEmpty: _, ...others } = rules
    return valueChecks(field, others).map((check) => (value) => (value === '' ? undefined : check(value)))
  }
  if (rules.required) checks.push((value) => (value === undefined ? 'value is required' : undefined))
  if (rules.const !== undefined) {
    checks.push((value) => (value === rules.const ? undefined : `value must equal ${rules.const}`))
  }
  if (rules.notIn !== undefined) checks.push(notInCheck(field, rules.notIn))
  if (rules.definedOnly) {
    checks.push((value) => (typeof value === 'number' ? 'value must be one of the defined enum values' : undefined))
  }
  if (rules.min !== undefined || rules.max !== undefined) checks.push(lengthCheck(field, rules))
  const { prefix } = rules
  if (prefix !== undefined) {
    checks.push((value) =>
      (value as string).startsWith(prefix) ? undefined : `value does not have prefix "${prefix}"`,
    )
  }
  if (rules.email) checks.push(checkEmail)
  if (field.kind === 'message') checks.push((value) => checkEmbedded(field.message(), value))
  return checks
}

function notInCheck(field: FieldLayout, refused: readonly number[]): Check {
  const names = new Set<unknown>([...refused, ...refused.map((number) => field.enumeration?.names.get(number))])
  return (value) => (names.has(value) ? `value must not be in list [${refused.join(' ')}]` : undefined)
}

function lengthCheck({ kind }: FieldLayout, { min = 0, max = Number.POSITIVE_INFINITY }: FieldRules): Check {
  const unit = kind === 'bytes' ? 'bytes' : 'runes'
  const reason =
    min === max
      ? `value length must be ${min} ${unit}`
      : min === 0
        ? `value length must be at most ${max} ${unit}`
        : max === Number.POSITIVE_INFINITY
          ? `value length must be at least ${min} ${unit}`
          : `value length must be between ${min} and ${max} ${unit}, inclusive`
  if (kind === 'bytes') {
    return (value) => {
      const { length } = value as Uint8Array
      return length < min || length > max ? reason : undefined
    }
  }
  return (value) => (hasRunes(value as string, min, max) ? undefined : reason)
}

/** Whether a text has `min` to `max` code points, which are at most its UTF-16 units and at least half of them. */
function hasRunes(text: string, min: number, max: number): boolean {
  const units = text.length
  if (units < min || units > max * 2) return false
  if (units <= max && units >= min * 2) return true
  let runes = 0
  for (const _ of text) runes += 1
  return runes >= min && runes <= max
}

function checkEmail(value: unknown): string | undefined {
  const verdict = checkMailAddress(value as string)
  return verdict.valid ? undefined : `value must be a valid email address | caused by: ${verdict.reason}`
}

function checkEmbedded(layout: MessageLayout, value: unknown): string | undefined {
  if (value === undefined) return undefined
  const broken = checkMessage(layout, value as Message)
  return broken === undefined ? undefined : `embedded message failed validation | caused by: ${broken}`
}
