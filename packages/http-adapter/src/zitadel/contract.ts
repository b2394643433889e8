import type { JsonObject } from '@indwell/core'

/**
 * The part of ZITADEL's API that we speak: how each method is reached and what its messages hold.
 *
 * Names are full names without the leading `zitadel.`.
 */
export interface Contract {
  /**
   * By service and name: `management.v1.ManagementService/AddHumanUser`. It takes the message
   * `management.v1.AddHumanUserRequest` and answers `management.v1.AddHumanUserResponse`.
   */
  readonly methods: Readonly<Record<string, MethodContract>>
  /** `user.v1.Profile` and so on: the fields of each message by their snake case name, in order of declaration. */
  readonly messages: Readonly<Record<string, MessageContract>>
  /** `user.v1.SearchQuery.query`: one member of it has to be set. */
  readonly requiredOneofs: readonly string[]
  /** Number of each name. Every enum names 0: its default. */
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export interface MethodContract {
  /** Absent with its path: no JSON over HTTP, gRPC alone. */
  readonly httpMethod?: string
  /** Whole path. `{name}` is one segment and sets the request field of that snake case name. */
  readonly path?: string
  /** `*`: the body is the request message. Absent: a body is ignored and the query string fills the request. */
  readonly body?: '*'
  /** Permission the caller needs; `authenticated` asks for a valid token only. Absent: open to everyone. */
  readonly permission?: string
  /** Go name of the request field that a scoped permission is compared with. */
  readonly checkField?: string
  /** Request field that names the organization and wins over the header. */
  readonly orgField?: string
  /** HTTP status of a success. Absent: 200. */
  readonly successStatus?: number
  readonly deprecated?: true
}

export type MessageContract = Readonly<Record<string, FieldContract>>

export type FieldKind =
  | 'string'
  | 'bool'
  | 'bytes'
  | 'uint32'
  | 'uint64'
  | 'enum'
  | 'message'
  | 'timestamp'
  | 'duration'
  | 'struct'

export interface FieldContract {
  /** Number on the binary wire. */
  readonly number: number
  readonly kind: FieldKind
  /** Name of the message or enum. */
  readonly of?: string
  readonly repeated?: true
  /** Declared `optional`: a default value that was sent differs from an absent one. */
  readonly optional?: true
  /** Name of the oneof the field belongs to. */
  readonly oneof?: string
  readonly rules?: FieldRules
}

/** `validate.rules` of one field, kinds flattened. */
export interface FieldRules {
  readonly required?: true
  /** Least length: code points of a text, bytes of a bytes field. */
  readonly min?: number
  readonly max?: number
  readonly prefix?: string
  readonly email?: true
  /** An empty text keeps every rule. */
  readonly ignoreEmpty?: true
  /** Enum numbers that are refused. */
  readonly notIn?: readonly number[]
  readonly definedOnly?: true
  readonly const?: boolean
  readonly minItems?: number
  readonly maxItems?: number
  /** Rules of each element of a list. */
  readonly items?: FieldRules
}

export type MessageName<C extends Contract> = keyof C['messages'] & string

export type MethodName<C extends Contract> = keyof C['methods'] & string

/** The names of an enum. */
export type EnumName<C extends Contract, Name extends keyof C['enums']> = keyof C['enums'][Name] & string

/**
 * What a request message is once it is decoded and its field rules passed: every field is there, defaults filled in;
 * what can be absent is `undefined`. Times are ms since the epoch, durations ms.
 *
 * An enum without the rule "defined values only" may hold a number its contract does not name.
 */
export type RequestMessage<C extends Contract, Name extends MessageName<C>> = {
  readonly [Field in keyof C['messages'][Name] as JsonName<Field & string>]: RequestField<C, C['messages'][Name][Field]>
}

/** What a handler may answer with. Absent members and defaults stay off the wire. Times are ms since the epoch. */
export type ResponseMessage<C extends Contract, Name extends MessageName<C>> = {
  readonly [Field in keyof C['messages'][Name] as JsonName<Field & string>]?:
    | ResponseField<C, C['messages'][Name][Field]>
    | undefined
}

/** Name of the message a method takes. */
export type RequestNameOf<Method extends string> = MessageOf<Method, 'Request'>

/** Name of the message a method answers. */
export type ResponseNameOf<Method extends string> = MessageOf<Method, 'Response'>

type MessageOf<Method extends string, Suffix extends string> = Method extends `${infer Service}/${infer Name}`
  ? `${PackageOf<Service>}.${Name}${Suffix}`
  : never

type PackageOf<Service extends string> = Service extends `${infer Head}.${infer Tail}`
  ? Tail extends `${string}.${string}`
    ? `${Head}.${PackageOf<Tail>}`
    : Head
  : never

type JsonName<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<JsonName<Tail>>}`
  : Name

interface RequestScalars {
  string: string
  bool: boolean
  bytes: Uint8Array
  uint32: number
  uint64: bigint
  timestamp: number
  duration: number
  struct: JsonObject
}

interface ResponseScalars extends Omit<RequestScalars, 'uint64'> {
  uint64: bigint | number | string
}

type RequestField<C extends Contract, Field> = Field extends { readonly repeated: true }
  ? readonly RequestValue<C, Field>[]
  : Field extends { readonly oneof: string } | { readonly optional: true }
    ? RequestValue<C, Field> | undefined
    : Field extends { readonly rules: { readonly required: true } }
      ? RequestValue<C, Field>
      : Field extends { readonly kind: 'message' | 'timestamp' | 'duration' | 'struct' }
        ? RequestValue<C, Field> | undefined
        : RequestValue<C, Field>

type RequestValue<C extends Contract, Field> = Field extends { readonly kind: 'message'; readonly of: infer Of }
  ? RequestMessage<C, Of & MessageName<C>>
  : Field extends { readonly kind: 'enum'; readonly of: infer Of }
    ? Field extends { readonly rules: { readonly definedOnly: true } }
      ? EnumName<C, Of & keyof C['enums']>
      : EnumName<C, Of & keyof C['enums']> | number
    : Field extends { readonly kind: infer Kind extends keyof RequestScalars }
      ? RequestScalars[Kind]
      : never

type ResponseField<C extends Contract, Field> = Field extends { readonly repeated: true }
  ? readonly ResponseValue<C, Field>[]
  : ResponseValue<C, Field>

type ResponseValue<C extends Contract, Field> = Field extends { readonly kind: 'message'; readonly of: infer Of }
  ? ResponseMessage<C, Of & MessageName<C>>
  : Field extends { readonly kind: 'enum'; readonly of: infer Of }
    ? EnumName<C, Of & keyof C['enums']>
    : Field extends { readonly kind: infer Kind extends keyof ResponseScalars }
      ? ResponseScalars[Kind]
      : never

/** Name of the message a method takes: `user.v2.UserService/GetUserByID` takes `user.v2.GetUserByIDRequest`. */
export function requestNameOf(method: string): string {
  return `${packageAndName(method)}Request`
}

/** Name of the message a method answers. */
export function responseNameOf(method: string): string {
  return `${packageAndName(method)}Response`
}

function packageAndName(method: string): string {
  const slash = method.indexOf('/')
  return `${method.slice(0, method.lastIndexOf('.', slash))}.${method.slice(slash + 1)}`
}
