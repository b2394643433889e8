import { createDirectory, type Directory } from '@indwell/core'
import { type Auth0ExportRead, auth0Export, exportUsers, type RowReport } from '@indwell/http-adapter/auth0'
import { zitadelExport } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import type { ExportDataResponseJson } from '@zitadel/proto/zitadel/admin_pb.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const storage = sqliteStorage({ filename: ':memory:' })
beforeAll(() => storage.migrate())
afterAll(() => storage.close())

let places = 0
const place = (): Promise<Directory> => {
  places += 1
  return createDirectory({ storage, migrate: false, instanceId: `i-${places}` })
}

const rows = [
  {
    user_id: 'auth0|5f1a',
    email: 'Ada@acme.example',
    email_verified: true,
    name: 'Ada',
    given_name: 'A',
    username: 'ada',
    picture: 'https://x.example/a.png',
    created_at: '2020-01-02T03:04:05.678Z',
    updated_at: '2021-01-02T03:04:05.678Z',
    last_ip: '10.0.0.1',
    logins_count: 7,
    blocked: true,
    user_metadata: { color: 'red', __proto__x: { a: [1, null] } },
    app_metadata: {},
    identities: [
      { connection: 'db', provider: 'auth0', user_id: '5f1a', isSocial: false },
      {
        connection: 'google',
        provider: 'google-oauth2',
        user_id: '1234',
        isSocial: true,
        profileData: { email: 'ADA@gmail.example', email_verified: true, name: 'Ada at home' },
      },
    ],
    password_hash: '$2b$10$secret',
  },
  { email: 'bob@acme.example', app_metadata: { plan: 'pro' } },
]
const garbage = '{"email":'

async function read(source: Parameters<typeof auth0Export>[0]) {
  const refused: RowReport[] = []
  let end: Auth0ExportRead | undefined
  const lines: string[] = []
  const options = {
    orgId: 'acme',
    onRefused: (report: RowReport) => void refused.push(report),
    onEnd: (told: Auth0ExportRead) => {
      end = told
    },
  }
  for await (const line of auth0Export(source, options)) lines.push(line)
  return { lines, refused, end }
}

describe('a file of Auth0 users', () => {
  it('is brought in with ids, metadata and what is linked, and names what is dropped', async () => {
    const text = [...rows.map((row) => JSON.stringify(row)), garbage].join('\n')
    const { lines, refused, end } = await read(text)
    expect(end).toEqual({
      users: 2,
      refused: 1,
      dropped: { password_hash: 1, updated_at: 1, last_ip: 1, logins_count: 1 },
    })
    expect(refused).toMatchObject([{ user: null, errors: [{ code: 'FORMAT' }] }])
    expect(lines.join('')).not.toContain('secret')

    const directory = await place()
    const { users, orgs } = directory.asSystem('t')
    await orgs.create({ orgId: 'acme', name: 'Acme' })
    expect(await directory.import(lines)).toMatchObject({ failed: 0, complete: true })
    expect(await users.get('5f1a')).toMatchObject({
      orgId: 'acme',
      state: 'locked',
      blocked: true,
      displayName: 'Ada',
      firstName: 'A',
      email: 'ada@acme.example',
      emailVerified: true,
      connection: 'db',
      username: 'ada',
      createdAt: Date.parse('2020-01-02T03:04:05.678Z'),
    })
    expect(await users.metadata('5f1a', 'user').values()).toEqual(rows[0]!.user_metadata)
    expect(await users.metadata('5f1a', 'app').values()).toEqual({})
    expect(await users.identities('5f1a')).toMatchObject([
      { userId: 'google-oauth2|1234', email: 'ada@gmail.example', connection: 'google', displayName: 'Ada at home' },
    ])
    const { items } = await users.find({ where: { email: 'bob@acme.example' } })
    expect(items).toMatchObject([{ userId: expect.stringMatching(/^[0-9a-f]{24}$/), displayName: 'bob@acme.example' }])

    // Whoever has no id in the file gets the same one whenever it is read.
    expect((await read(text)).lines).toEqual(lines)
    expect(await directory.import(lines)).toMatchObject({ created: 0, failed: 0 })
  })

  it('may be the array that imports take, and ends without an end where it is cut off', async () => {
    const array = Buffer.from(JSON.stringify(rows))
    const lines = (await read(rows.map((row) => JSON.stringify(row)).join('\n'))).lines
    expect((await read([array.subarray(0, 100), array.subarray(100)])).lines).toEqual(lines)
    const cut = await read([array.subarray(0, -1)])
    expect(cut.end).toMatchObject({ users: 2, fault: 'the array is not closed' })
    expect(cut.lines.at(-1)).not.toContain('"kind":"end"')
  })

  it('comes out again as it went in', async () => {
    const [first, second] = [await place(), await place()]
    const source = first.asSystem('t')
    await source.users.createHuman({
      userId: 'abc',
      userName: 'auth0|abc',
      connection: 'db',
      email: 'a@x.example',
      displayName: 'A',
      nickName: 'a',
      metadata: { user: { a: 1 }, app: { b: { c: [null] } } },
    })
    const exported = async (directory: Directory) => {
      const lines: string[] = []
      const options = { format: 'json', connection: 'db' } as const
      for await (const piece of exportUsers(directory, options)) lines.push(String(piece))
      return lines.join('')
    }
    const text = await exported(first)
    expect(text).toContain('"email":"a@x.example"')
    await second.import(auth0Export(text))
    const undated = (lines: string) => lines.replace(/"updated_at":"[^"]*"/g, '')
    expect(undated(await exported(second))).toBe(undated(text))
  })
})

const org: NonNullable<ExportDataResponseJson['orgs']>[number] = {
  orgId: '100',
  org: { name: 'Acme' },
  orgState: 'ORG_STATE_INACTIVE',
  domainPolicy: { orgId: '100', userLoginMustBeDomain: false },
  domains: [{ domainName: 'acme.example', isVerified: true, isPrimary: true }],
  projects: [{ projectId: '1', project: { name: 'P' } }],
  oidcApps: [{ appId: '2' }, { appId: '3' }],
  humanUsers: [
    {
      userId: '101',
      state: 'USER_STATE_LOCKED',
      user: {
        userName: 'ada',
        profile: { firstName: 'Ada', lastName: 'L', preferredLanguage: 'de', gender: 'GENDER_FEMALE' },
        email: { email: 'ada@acme.example', isEmailVerified: true },
        phone: { phone: '+41 79 123 45 67' },
        hashedPassword: { value: '$2a$secret' },
        otpCode: 'secret',
      },
    },
  ],
  machineUsers: [
    {
      userId: '102',
      state: 'USER_STATE_ACTIVE',
      user: { userName: 'robot', name: 'Robot', description: 'R', accessTokenType: 'ACCESS_TOKEN_TYPE_JWT' },
    },
  ],
  orgMembers: [{ userId: '102', roles: ['ORG_OWNER'] }],
  userMetadata: [
    { id: '101', key: 'color', value: Buffer.from('rot').toString('base64') },
    { id: '999', key: 'color', value: 'cm90' },
  ],
  machineKeys: [{ keyId: '4', userId: '102' }],
}

describe('an export of ZITADEL', () => {
  it.each([
    ['as it is answered', { orgs: [org] } satisfies ExportDataResponseJson],
    ['as it is taken', { timeout: '1m', dataOrgs: { orgs: [org] } }],
    ['with names as the definitions have them', { orgs: [snakeCased(org)] }],
  ])('%s is brought in with ids, and names what is dropped', async (_, data) => {
    let read: unknown
    const onEnd = (told: unknown) => {
      read = told
    }
    const lines = [...zitadelExport(data, { onEnd })]
    expect(read).toEqual({
      users: 2,
      dropped: { hashedPassword: 1, otpCode: 1, userMetadata: 1, projects: 1, oidcApps: 2, machineKeys: 1 },
    })
    expect(lines.join('')).not.toContain('secret')
    const directory = await place()
    expect(await directory.import(lines)).toMatchObject({ created: 5, failed: 0, complete: true })
    const { users, orgs } = directory.asSystem('t')
    expect(await orgs.get('100')).toMatchObject({ name: 'Acme', state: 'inactive', primaryDomain: 'acme.example' })
    expect(await users.get('101')).toMatchObject({
      userName: 'ada',
      displayName: 'Ada L',
      gender: 'female',
      emailVerified: true,
      phone: '+41791234567',
      phoneVerified: false,
      state: 'locked',
    })
    expect(Buffer.from((await users.metadata('101', 'zitadel').get('color')).value as Uint8Array).toString()).toBe(
      'rot',
    )
    expect(await users.get('102')).toMatchObject({ type: 'machine', displayName: 'Robot', accessTokenType: 'jwt' })
    expect(await users.memberships('102')).toMatchObject([{ orgId: '100', roles: ['ORG_OWNER'] }])
    expect(await directory.import(lines)).toMatchObject({ unchanged: 5, failed: 0 })
  })

  it('refuses what has no orgs, and leaves what is no user to the import, which names it', async () => {
    for (const wrong of [undefined, null, 'x', [], {}, { orgs: {} }]) {
      expect(() => [...zitadelExport(wrong)]).toThrow(TypeError)
    }
    const odd = { orgs: [{ ...org, humanUsers: [null, { userId: '5' }, { userId: 7, user: { userName: '\0' } }] }, 1] }
    const directory = await place()
    const { failures } = await directory.import(zitadelExport(odd))
    expect(failures.map(({ line, code }) => [line, code])).toEqual([
      [3, 'invalid_input'],
      [4, 'invalid_input'],
      [6, 'invalid_input'],
    ])
  })
})

function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(member),
    ]),
  )
}
