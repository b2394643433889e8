import { type DescMessage, fromJson, toJson } from '@bufbuild/protobuf'
import { AdminService } from '@zitadel/proto/zitadel/admin_pb.js'
import { AuthService } from '@zitadel/proto/zitadel/auth_pb.js'
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js'
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb.js'
import { UserService } from '@zitadel/proto/zitadel/user/v2/user_service_pb.js'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Contract, ResponseMessage } from './contract'
import { zitadelContract } from './contract.generated'
import { type FieldLayout, layoutOf, type MessageLayout } from './message-layout'
import { decodeBody, decodeMessage, encodeMessage } from './proto-json'
import { ProtoJsonError } from './proto-json-error'
import { decodeTimestamp } from './timestamp'

const contract: Contract = zitadelContract

const utf8 = (text: string) => new TextEncoder().encode(text)

const maxDepth = 100

const decodeHuman = (text: string) =>
  decodeBody(zitadelContract, 'management.v1.AddHumanUserRequest', utf8(text), maxDepth)
const decodeMetadata = (text: string) =>
  decodeBody(zitadelContract, 'management.v1.SetUserMetadataRequest', utf8(text), maxDepth)
const decodeListQuery = (text: string) => decodeBody(zitadelContract, 'v1.ListQuery', utf8(text), maxDepth)
const decodeSearch = (text: string) => decodeBody(zitadelContract, 'user.v1.SearchQuery', utf8(text), maxDepth)

describe('decodeMessage', () => {
  it('vector 11: takes snake case names and drops unknown members', () => {
    const decoded = decodeHuman(
      '{"user_name":"t1","profile":{"first_name":"A","last_name":"B"},"email":{"email":"a@b.ch"},"foo":1,"__proto__":{}}',
    )

    expect(decoded).toEqual({
      userName: 't1',
      profile: {
        firstName: 'A',
        lastName: 'B',
        nickName: '',
        displayName: '',
        preferredLanguage: '',
        gender: 'GENDER_UNSPECIFIED',
      },
      email: { email: 'a@b.ch', isEmailVerified: false },
      phone: undefined,
      initialPassword: '',
    })
  })

  it('vector 12: refuses both names of one field', () => {
    expect(() => decodeHuman('{"userName":"a","user_name":"b"}')).toThrow(
      new ProtoJsonError('proto: (line 1:17): duplicate field "user_name"'),
    )
    expect(() => decodeHuman('{"user_name":"b",\n"userName":null}')).toThrow(
      new ProtoJsonError('proto: (line 2:1): duplicate field "userName"'),
    )
  })

  it('vector 13: refuses a body that is cut off', () => {
    expect(() => decodeHuman('{"userName":')).toThrow(new ProtoJsonError('unexpected EOF'))
  })

  it('vector 31: reads URL-safe base64 and writes the standard alphabet', () => {
    const { value } = decodeMetadata('{"value":"_-8"}')

    expect(value).toEqual(Uint8Array.of(255, 239))
    expect(encodeMessage(zitadelContract, 'metadata.v1.Metadata', { key: 'k2', value })).toEqual({
      key: 'k2',
      value: '/+8=',
    })
  })

  it('vector 32: refuses bytes that are no base64', () => {
    expect(() => decodeMetadata('{"value":"***"}')).toThrow(
      new ProtoJsonError('proto: (line 1:10): invalid value for bytes field value: "***"'),
    )
  })

  it.each(['', ' \n'])('reads an empty body as the empty message: %j', (text) => {
    expect(decodeMetadata(text)).toEqual({ id: '', key: '', value: new Uint8Array() })
  })

  it('ignores what follows the first value', () => {
    expect(decodeMetadata('{"key":"a"} {"key":"b"}').key).toBe('a')
  })

  it('takes null for absent, in a oneof as well', () => {
    expect(decodeSearch('{"stateQuery":null,"typeQuery":{"type":"TYPE_HUMAN"}}')).toMatchObject({
      stateQuery: undefined,
      typeQuery: { type: 'TYPE_HUMAN' },
    })
  })

  it('refuses two members of a oneof', () => {
    expect(() => decodeSearch('{"state_query":{},"typeQuery":{}}')).toThrow(
      new ProtoJsonError(
        'proto: (line 1:19): error parsing "typeQuery", oneof zitadel.user.v1.SearchQuery.query is already set',
      ),
    )
  })

  it.each([
    ['"GENDER_FEMALE"', 'GENDER_FEMALE'],
    ['2', 'GENDER_MALE'],
    ['99', 99],
    ['"GENDER_NONSENSE"', 'GENDER_UNSPECIFIED'],
    ['"constructor"', 'GENDER_UNSPECIFIED'],
    ['"2"', 'GENDER_UNSPECIFIED'],
  ])('reads the enum %s as %j', (json, gender) => {
    expect(decodeHuman(`{"profile":{"gender":${json}}}`).profile.gender).toBe(gender)
  })

  it.each([
    ['7', 7n],
    ['"7"', 7n],
    ['"18446744073709551615"', 18446744073709551615n],
    ['1e3', 1000n],
    ['"1.20e1"', 12n],
    ['"0.5e1"', 5n],
    ['-0', 0n],
  ])('reads the 64-bit number %s', (json, offset) => {
    expect(decodeListQuery(`{"offset":${json}}`).offset).toBe(offset)
  })

  it.each([
    '" 7"',
    '"7 "',
    '""',
    '"0x7"',
    '-1',
    '1.5',
    '"18446744073709551616"',
    '"1e99"',
    '"5e-1"',
    'true',
    '[]',
    '{}',
  ])('refuses the 64-bit number %s', (json) => {
    expect(() => decodeListQuery(`{"offset":${json}}`)).toThrow('(line 1:11): invalid value for uint64 field offset: ')
  })

  it.each([
    ['{"limit":4294967296}', 'proto: (line 1:10): invalid value for uint32 field limit: 4294967296'],
    ['{"asc":"true"}', 'proto: (line 1:8): invalid value for bool field asc: "true"'],
  ])('refuses %s', (text, message) => {
    expect(() => decodeListQuery(text)).toThrow(new ProtoJsonError(message))
  })

  it.each([
    ['null', 'proto: syntax error (line 1:1): unexpected token null'],
    ['[]', 'proto: syntax error (line 1:1): unexpected token ['],
    ['{"profile":"x"}', 'proto: syntax error (line 1:12): unexpected token "x"'],
    ['{"userName":{}}', 'proto: (line 1:13): invalid value for string field userName: {'],
    ['{"userName":"\\ud83d"}', 'proto: syntax error (line 1:13): invalid escape code "\\\\ud83d" in string'],
  ])('refuses %s', (text, message) => {
    expect(() => decodeHuman(text)).toThrow(new ProtoJsonError(message))
  })

  it('points into lists', () => {
    const decode = (text: string) =>
      decodeBody(zitadelContract, 'management.v1.BulkSetUserMetadataRequest', utf8(text), maxDepth)

    expect(() => decode('{"metadata":[{"key":"a"}, {"key":1}]}')).toThrow(
      new ProtoJsonError('proto: (line 1:34): invalid value for string field key: 1'),
    )
    expect(() => decode('{"metadata":[null]}')).toThrow(
      new ProtoJsonError('proto: syntax error (line 1:14): unexpected token null'),
    )
  })

  it('reads times as ms since the epoch and refuses what is no time', () => {
    const decode = (date: unknown) =>
      decodeMessage(zitadelContract, 'management.v1.AddPersonalAccessTokenRequest', { expirationDate: date })

    expect(decode('2025-03-05T15:24:30.592Z').expirationDate).toBe(1_741_188_270_592)
    expect(() => decode('tomorrow')).toThrow(
      new ProtoJsonError('proto: invalid google.protobuf.Timestamp value "tomorrow"'),
    )
  })

  it('refuses invalid UTF-8', () => {
    const body = Uint8Array.of(...utf8('{"key":"'), 0xff, ...utf8('"}'))

    expect(() => decodeBody(zitadelContract, 'management.v1.SetUserMetadataRequest', body, maxDepth)).toThrow(
      ProtoJsonError,
    )
  })

  it('repeats only the start of a long value', () => {
    expect(() => decodeMetadata(`{"value":"${'*'.repeat(10_000)}"}`)).toThrow(/\*{99}…$/)
  })

  it('refuses nesting without end, of unknown members too', () => {
    const nested = `${'{"notQuery":{"query":'.repeat(5000)}{}${'}}'.repeat(5000)}`

    expect(() => decodeSearch(nested)).toThrow(new ProtoJsonError('exceeded max depth'))
    expect(() => decodeMetadata(`{"key":"k","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toThrow(
      new ProtoJsonError('exceeded max depth'),
    )
  })

  it('refuses messages nested deeper than any search, whatever the limit of the text is', () => {
    const nested = JSON.parse(`${'{"notQuery":{"query":'.repeat(300)}{}${'}}'.repeat(300)}`)

    expect(() => decodeMessage(zitadelContract, 'user.v1.SearchQuery', nested)).toThrow('exceeded max recursion depth')
  })

  it('refuses one name twice', () => {
    expect(() => decodeMetadata('{"value":"YQ==",\n "v\\u0061lue":"Yg=="}')).toThrow(
      new ProtoJsonError('proto: (line 2:2): duplicate field "value"'),
    )
  })

  it('throws nothing but ProtoJsonError, whatever JSON it is given', () => {
    fc.assert(
      fc.property(messageLayouts, fc.jsonValue(), fc.infiniteStream(fc.jsonValue()), (layout, junk, values) => {
        const names = [...layout.byName.keys()]
        const members = Object.fromEntries(names.map((name) => [name, values.next().value]))
        for (const value of [junk, members]) {
          try {
            decodeMessage(contract, layout.name, value, JSON.stringify(value))
          } catch (error) {
            expect(error).toBeInstanceOf(ProtoJsonError)
          }
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('encodeMessage', () => {
  it('vector 4: leaves defaults out but keeps empty messages', () => {
    const user = {
      id: '1',
      details: { sequence: 1, creationDate: 1_741_188_270_592.123, changeDate: 1_741_188_270_000, resourceOwner: 'O' },
      state: 'USER_STATE_INITIAL',
      userName: 't1',
      loginNames: ['t1'],
      human: {
        profile: {
          firstName: 'A',
          lastName: 'B',
          displayName: 'A B',
          preferredLanguage: 'und',
          gender: 'GENDER_UNSPECIFIED',
        },
        email: { email: 'a@b.ch', isEmailVerified: false },
        phone: {},
      },
    } as const

    expect(encodeMessage(zitadelContract, 'management.v1.GetUserByIDResponse', { user })).toEqual({
      user: {
        id: '1',
        details: {
          sequence: '1',
          creationDate: '2025-03-05T15:24:30.592123Z',
          changeDate: '2025-03-05T15:24:30Z',
          resourceOwner: 'O',
        },
        state: 'USER_STATE_INITIAL',
        userName: 't1',
        loginNames: ['t1'],
        human: {
          profile: { firstName: 'A', lastName: 'B', displayName: 'A B', preferredLanguage: 'und' },
          email: { email: 'a@b.ch' },
          phone: {},
        },
      },
    })
  })

  it('vector 55: writes false as nothing at all', () => {
    const encode = (isUnique: boolean) =>
      encodeMessage(zitadelContract, 'management.v1.IsUserUniqueResponse', { isUnique })

    expect(encode(false)).toEqual({})
    expect(encode(true)).toEqual({ isUnique: true })
  })

  it.each([0, 0n, '0', '', undefined])('leaves out the 64-bit number %s', (totalResult) => {
    expect(encodeMessage(zitadelContract, 'v1.ListDetails', { totalResult })).toEqual({})
  })

  it('writes members of a oneof and optional fields even when they hold the default', () => {
    expect(encodeMessage(zitadelContract, 'user.v1.Membership', { iam: false, orgId: '' })).toEqual({
      iam: false,
      orgId: '',
    })
    expect(encodeMessage(zitadelContract, 'management.v1.AddMachineUserRequest', { userId: '' })).toEqual({
      userId: '',
    })
  })

  it('passes event payloads through', () => {
    const payload = { name: 'Acme', nested: { list: [1, null, true] } }

    expect(encodeMessage(zitadelContract, 'event.v1.Event', { payload })).toEqual({ payload })
  })

  it('refuses a number that has lost digits', () => {
    expect(() => encodeMessage(zitadelContract, 'v1.ListDetails', { totalResult: 2 ** 60 })).toThrow(RangeError)
  })

  it('writes what decodeMessage reads back', () => {
    fc.assert(
      fc.property(messagesOfAnyLayout, ([layout, message]) => {
        const json = JSON.stringify(encodeMessage(contract, layout.name, message as ResponseMessage<Contract, string>))

        expect(decodeMessage(contract, layout.name, JSON.parse(json), json)).toEqual(message)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the codec and @bufbuild/protobuf', () => {
  it('write the same JSON', () => {
    const descriptors = reachableDescriptors()
    fc.assert(
      fc.property(messagesOfAnyLayout, ([layout, message]) => {
        const descriptor = descriptors.get(`zitadel.${layout.name}`)
        expect(descriptor).toBeDefined()
        const json = encodeMessage(contract, layout.name, message as ResponseMessage<Contract, string>)

        // Through text, as `fromJson` takes mutable values.
        expect(toJson(descriptor!, fromJson(descriptor!, JSON.parse(JSON.stringify(json))))).toEqual(json)
      }),
      { numRuns: 500 },
    )
  })
})

function reachableDescriptors(): ReadonlyMap<string, DescMessage> {
  const found = new Map<string, DescMessage>()
  const visit = (message: DescMessage): void => {
    if (found.has(message.typeName)) return
    found.set(message.typeName, message)
    for (const field of message.fields) if (field.message) visit(field.message)
  }
  for (const { methods } of [ManagementService, AdminService, AuthService, UserService, OrganizationService]) {
    for (const { input, output } of methods) {
      visit(input)
      visit(output)
    }
  }
  return found
}

const messageLayouts = fc.constantFrom(...Object.keys(zitadelContract.messages)).map((name) => layoutOf(contract, name))

const messagesOfAnyLayout = messageLayouts.chain((layout) => fc.tuple(fc.constant(layout), messageOf(layout, 3)))

/** Messages as decoding leaves them: every field there, one member of each oneof at most. */
function messageOf(layout: MessageLayout, depth: number): Arbitrary<Record<string, unknown>> {
  const plain = layout.fields.filter((field) => field.oneof === undefined)
  const fields = Object.fromEntries(plain.map((field) => [field.jsonName, fieldOf(field, depth)]))
  const oneofs = layout.oneofs.map((oneof) =>
    fc.oneof(
      fc.constant({}),
      ...oneof.fields.map((field) => valueArbitrary(field, depth).map((value) => ({ [field.jsonName]: value }))),
    ),
  )
  return fc
    .tuple(fc.record(fields), ...oneofs)
    .map(([members, ...chosen]) => Object.assign({}, layout.empty, members, ...chosen))
}

function fieldOf(field: FieldLayout, depth: number): Arbitrary<unknown> {
  if (field.repeated) return depth === 0 ? fc.constant([]) : fc.array(valueArbitrary(field, depth), { maxLength: 2 })
  return field.presence ? fc.option(valueArbitrary(field, depth), { nil: undefined }) : valueArbitrary(field, depth)
}

function valueArbitrary(field: FieldLayout, depth: number): Arbitrary<unknown> {
  switch (field.kind) {
    case 'string':
      return fc.string({ unit: 'binary' })
    case 'bool':
      return fc.boolean()
    case 'bytes':
      return fc.uint8Array()
    case 'uint32':
      return fc.nat(0xffff_ffff)
    case 'uint64':
      return fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn })
    case 'enum':
      return fc.oneof(fc.constantFrom(...(field.enumeration?.numbers.keys() ?? [])), fc.constant(99))
    case 'timestamp':
      return fc
        .tuple(fc.date({ min: new Date('1900-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), fc.nat(999))
        .map(([date, micros]) =>
          decodeTimestamp(`${date.toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`),
        )
    case 'duration':
      return fc.integer()
    case 'struct':
      return fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer({ min: 0 }), fc.boolean(), fc.constant(null)))
    case 'message':
      return depth === 0 ? fc.constant(field.message().empty) : messageOf(field.message(), depth - 1)
  }
}
