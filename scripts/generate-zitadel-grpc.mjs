/**
 * Writes packages/grpc-adapter/src/messages/descriptors.generated.ts: of the compiled descriptors of `@zitadel/proto` the
 * requests that are served, without options and comments, and beside them the few messages of gRPC itself. Answers are
 * written by the numbers in the contract, and need none.
 *
 * `--check` writes nothing and exits 1 when the checked-in file differs from what would be written.
 */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  AnySchema,
  DescriptorProtoSchema,
  DurationSchema,
  EnumDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  OneofDescriptorProtoSchema,
  StructSchema,
  TimestampSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt'
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js'
import { licenseHeader, packageVersion, reachable, servedMethods, writeOrCheck } from './zitadel-descriptors.mjs'

const SCRIPT = 'generate-zitadel-grpc.mjs'
const TARGET = new URL('../packages/grpc-adapter/src/messages/descriptors.generated.ts', import.meta.url)

/** In few places, and no descriptors of theirs are published for JavaScript. */
const GOOGLE_RPC = {
  name: 'google/rpc/status.proto',
  package: 'google.rpc',
  syntax: 'proto3',
  dependency: ['google/protobuf/any.proto'],
  messageType: [
    {
      name: 'Status',
      field: [
        { name: 'code', number: 1, label: Label.OPTIONAL, type: Type.INT32 },
        { name: 'message', number: 2, label: Label.OPTIONAL, type: Type.STRING },
        { name: 'details', number: 3, label: Label.REPEATED, type: Type.MESSAGE, typeName: '.google.protobuf.Any' },
      ],
    },
  ],
}
const HEALTH = {
  name: 'grpc/health/v1/health.proto',
  package: 'grpc.health.v1',
  syntax: 'proto3',
  messageType: [
    {
      name: 'HealthCheckRequest',
      field: [{ name: 'service', number: 1, label: Label.OPTIONAL, type: Type.STRING }],
    },
    {
      name: 'HealthCheckResponse',
      field: [
        {
          name: 'status',
          number: 1,
          label: Label.OPTIONAL,
          type: Type.ENUM,
          typeName: '.grpc.health.v1.HealthCheckResponse.ServingStatus',
        },
      ],
      enumType: [
        {
          name: 'ServingStatus',
          value: ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'].map((name, number) => ({ name, number })),
        },
      ],
    },
  ],
}

const WELL_KNOWN = [AnySchema, DurationSchema, StructSchema, TimestampSchema].map(({ file }) => file)

/** A message with what is kept of it, or `undefined` where neither it nor anything in it is. */
function trimmedMessage(message, kept) {
  const nested = message.nestedMessages.flatMap((inner) => trimmedMessage(inner, kept) ?? [])
  const enums = message.nestedEnums.filter((inner) => kept.has(inner.typeName)).map(trimmedEnum)
  if (!kept.has(message.typeName) && nested.length === 0 && enums.length === 0) return undefined
  const whole = kept.has(message.typeName)
  return create(DescriptorProtoSchema, {
    name: message.proto.name,
    field: whole ? message.proto.field.map(trimmedField) : [],
    oneofDecl: whole ? message.proto.oneofDecl.map(({ name }) => create(OneofDescriptorProtoSchema, { name })) : [],
    nestedType: nested,
    enumType: enums,
  })
}

/** Numbers of an enum are read as they come, and named by the contract: the library only asks for the first. */
function trimmedEnum({ proto }) {
  const { name, value } = proto
  return create(EnumDescriptorProtoSchema, { name, value: [{ name: value[0].name, number: value[0].number }] })
}

function trimmedField(field) {
  const members = ['name', 'number', 'label', 'type', 'typeName', 'oneofIndex', 'proto3Optional']
  return create(
    FieldDescriptorProtoSchema,
    // What is not set is inherited: these are messages of proto2.
    Object.fromEntries(
      members.filter((member) => Object.hasOwn(field, member)).map((member) => [member, field[member]]),
    ),
  )
}

function trimmedFile(file, kept, isKept) {
  const { name, package: packageName, syntax, dependency } = file.proto
  if (syntax !== 'proto3') throw new Error(`${name} is ${syntax}`)
  return create(FileDescriptorProtoSchema, {
    name,
    package: packageName,
    syntax,
    dependency: dependency.filter(isKept),
    messageType: file.messages.flatMap((message) => trimmedMessage(message, kept) ?? []),
    enumType: file.enums.filter(({ typeName }) => kept.has(typeName)).map(trimmedEnum),
  })
}

/** Files after those they depend on. */
function inOrder(files) {
  const ordered = new Map()
  const add = (file) => {
    if (ordered.has(file.proto.name)) return
    for (const dependency of file.dependencies) if (files.has(dependency)) add(dependency)
    ordered.set(file.proto.name, file)
  }
  for (const file of files) add(file)
  return [...ordered.values()]
}

function generate(version) {
  const messages = reachable(servedMethods().map(({ method }) => method.input))
  messages.set(ErrorDetailSchema.typeName, ErrorDetailSchema)
  const enums = [...messages.values()].flatMap(({ fields }) => fields.flatMap((field) => field.enum ?? []))
  const kept = new Map([...messages, ...enums.map((found) => [found.typeName, found])])
  const known = new Set(WELL_KNOWN.map(({ proto }) => proto.name))
  const files = inOrder(new Set([...kept.values()].map(({ file }) => file)))
  const names = new Set([...known, ...files.map(({ proto }) => proto.name)])
  const wellKnown = WELL_KNOWN.map(({ proto }) => {
    const { name, package: packageName, syntax, messageType, enumType } = proto
    return create(FileDescriptorProtoSchema, { name, package: packageName, syntax, messageType, enumType })
  })
  const set = create(FileDescriptorSetSchema, {
    file: [
      ...wellKnown,
      ...files.map((file) => trimmedFile(file, kept, (name) => names.has(name))),
      GOOGLE_RPC,
      HEALTH,
    ],
  })
  const bytes = toBinary(FileDescriptorSetSchema, set)
  return [
    licenseHeader(SCRIPT, version),
    `/** A \`google.protobuf.FileDescriptorSet\` of ${bytes.length} bytes, in base64. */`,
    'export const descriptorSet =',
    `  '${Buffer.from(bytes).toString('base64')}'`,
    '',
  ].join('\n')
}

await writeOrCheck(TARGET, SCRIPT, generate(await packageVersion()))
