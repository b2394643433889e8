import type { Contract, FieldContract, FieldKind, FieldRules } from './contract'

/** A message of a contract, prepared once for the codec and the rule checker. */
export interface MessageLayout {
  readonly name: string
  /** Go's name, which validation texts use: `AddHumanUserRequest_Profile`. */
  readonly goName: string
  readonly fields: readonly FieldLayout[]
  /** Fields by snake case and by JSON name. */
  readonly byName: ReadonlyMap<string, FieldLayout>
  /** The message with nothing set: copied to start a decoded one, so that all have one shape. */
  readonly empty: Readonly<Record<string, unknown>>
  readonly oneofs: readonly OneofLayout[]
}

export interface OneofLayout {
  readonly name: string
  readonly goName: string
  readonly required: boolean
  readonly fields: readonly FieldLayout[]
}

export interface FieldLayout {
  readonly name: string
  /** Number on the binary wire. */
  readonly number: number
  readonly jsonName: string
  readonly goName: string
  readonly kind: FieldKind
  readonly repeated: boolean
  /** Being absent differs from holding the default. */
  readonly presence: boolean
  readonly optional: boolean
  readonly oneof: string | undefined
  readonly rules: FieldRules | undefined
  /** Value of an absent field: `undefined` where presence counts. */
  readonly absent: unknown
  /** Present for enums. */
  readonly enumeration: EnumLayout | undefined
  /**
   * Layout of the message the field holds. A function because messages may hold themselves.
   *
   * @throws TypeError when the field holds none.
   */
  message(): MessageLayout
}

export interface EnumLayout {
  readonly name: string
  readonly numbers: ReadonlyMap<string, number>
  readonly names: ReadonlyMap<number, string>
}

const layouts = new WeakMap<Contract, Map<string, MessageLayout>>()

/**
 * Layout of a message, built at first use.
 *
 * @throws TypeError when the contract does not hold it.
 */
export function layoutOf(contract: Contract, messageName: string): MessageLayout {
  let known = layouts.get(contract)
  if (known === undefined) {
    known = new Map()
    layouts.set(contract, known)
  }
  let layout = known.get(messageName)
  if (layout === undefined) {
    layout = buildLayout(contract, messageName)
    known.set(messageName, layout)
  }
  return layout
}

function buildLayout(contract: Contract, name: string): MessageLayout {
  const message = contract.messages[name]
  if (message === undefined) throw new TypeError(`the contract holds no message ${name}`)
  const fields = Object.entries(message).map(([fieldName, field]) => fieldLayout(contract, fieldName, field))
  const oneofNames = new Set(fields.flatMap((field) => field.oneof ?? []))
  return {
    name,
    goName: goNameOfMessage(name),
    fields,
    byName: new Map(fields.flatMap((field) => [[field.name, field] as const, [field.jsonName, field] as const])),
    empty: Object.fromEntries(fields.map((field) => [field.jsonName, field.absent])),
    oneofs: Array.from(oneofNames, (oneof) => ({
      name: oneof,
      goName: goNameOf(oneof),
      required: contract.requiredOneofs.includes(`${name}.${oneof}`),
      fields: fields.filter((field) => field.oneof === oneof),
    })),
  }
}

function fieldLayout(contract: Contract, name: string, field: FieldContract): FieldLayout {
  const repeated = field.repeated === true
  const optional = field.optional === true
  const enumeration = field.kind === 'enum' ? enumLayout(contract, field.of) : undefined
  const zero = enumeration === undefined ? ZEROS[field.kind] : enumeration.names.get(0)
  const presence = !repeated && (optional || field.oneof !== undefined || zero === undefined)
  return {
    name,
    number: field.number,
    jsonName: name.replace(/_+([a-z0-9]?)/g, (_, letter: string) => letter.toUpperCase()),
    goName: goNameOf(name),
    kind: field.kind,
    repeated,
    presence,
    optional,
    oneof: field.oneof,
    rules: field.rules,
    absent: repeated ? EMPTY_LIST : presence ? undefined : zero,
    enumeration,
    message() {
      if (field.kind !== 'message' || field.of === undefined) throw new TypeError(`${name} holds no message`)
      return layoutOf(contract, field.of)
    },
  }
}

function enumLayout(contract: Contract, name = ''): EnumLayout {
  const numbers = contract.enums[name]
  if (numbers === undefined) throw new TypeError(`the contract holds no enum ${name}`)
  const entries = Object.entries(numbers)
  return { name, numbers: new Map(entries), names: new Map(entries.map(([key, number]) => [number, key])) }
}

const EMPTY_LIST: readonly unknown[] = Object.freeze([])

const ZEROS: Readonly<Record<FieldKind, unknown>> = {
  string: '',
  bool: false,
  bytes: new Uint8Array(0),
  uint32: 0,
  uint64: 0n,
  enum: undefined,
  message: undefined,
  timestamp: undefined,
  duration: undefined,
  struct: undefined,
}

/** `user_name` is `UserName`, as protoc-gen-go has it. */
function goNameOf(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** `management.v1.AddHumanUserRequest.Profile` is `AddHumanUserRequest_Profile`; a lower case `.part` gets no underscore. */
function goNameOfMessage(name: string): string {
  const segments = name.split('.')
  const first = segments.findIndex((segment) => /^[A-Z]/.test(segment))
  return segments
    .slice(first)
    .map((segment, index) => (index > 0 && /^[A-Z]/.test(segment) ? `_${goNameOf(segment)}` : goNameOf(segment)))
    .join('')
}
