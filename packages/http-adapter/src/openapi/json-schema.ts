/** The part of JSON Schema 2020-12 that the faces' documents are written in. Empty: any value. */
export interface JsonSchema {
  /** `#/components/schemas/<name>`. The members beside it count too. */
  readonly $ref?: string
  readonly type?: JsonSchemaType | readonly JsonSchemaType[]
  readonly description?: string
  readonly format?: string
  readonly const?: boolean | string
  readonly enum?: readonly (string | null)[]
  readonly pattern?: string
  /** Code points. */
  readonly minLength?: number
  readonly maxLength?: number
  readonly contentEncoding?: 'base64'
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  /** `false`: no members but `properties`. */
  readonly additionalProperties?: JsonSchema | false
  readonly propertyNames?: JsonSchema
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
}

export type JsonSchemaType = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string'
