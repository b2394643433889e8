import type { DomainVerifier } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createWorld, zitadelErrorBody as err, type World } from './world'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
const http = 'DOMAIN_VALIDATION_TYPE_HTTP'
const dns = 'DOMAIN_VALIDATION_TYPE_DNS'

describe('the validation of a domain', () => {
  const verifyDomain = vi.fn<DomainVerifier>(async (domain) => domain.startsWith('own'))
  let world: World
  let owner: { readonly userId: string; readonly token: string }
  let viewer: typeof owner

  const call = (method: string, path: string, body?: unknown, token = owner.token) =>
    world.manage(method, `/orgs/me/domains${path}`, { token, ...(body !== undefined && { body }) })
  const generate = (domain: string, type: unknown) => call('POST', `/${domain}/validation/_generate`, { type })
  const validate = (domain: string) => call('POST', `/${domain}/validation/_validate`, {})
  const listed = async () => (await call('POST', '/_search', {})).body.result
  const expectNothingWritten = async (refused: () => Promise<unknown>) => {
    const before = (await world.log()).length
    await refused()
    expect(await world.log()).toHaveLength(before)
  }

  beforeEach(async () => {
    verifyDomain.mockClear()
    world = await createWorld({ verifyDomain })
    owner = await world.machine('owner', { roles: ['ORG_OWNER'] })
    viewer = await world.machine('viewer', { roles: ['ORG_OWNER_VIEWER'] })
    await call('POST', '', { domain: 'own.example' })
    await call('POST', '', { domain: 'other.example' })
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  it('makes a token, says where it is looked for, and verifies once the host has found it', async () => {
    const { status, body } = await generate('own.example', http)
    expect([status, body]).toEqual([
      200,
      {
        token: expect.stringMatching(/^[\w-]{32}$/),
        url: `https://own.example/.well-known/zitadel-challenge/${body.token}.txt`,
      },
    ])
    expect(await listed()).toMatchObject([
      { domainName: 'acme.localhost', isVerified: true },
      { domainName: 'other.example' },
      { domainName: 'own.example', validationType: http },
    ])
    expect((await listed())[0]).not.toHaveProperty('validationType')

    const record = (await generate('own.example', dns)).body
    expect(record.url).toBe('_zitadel-challenge.own.example')
    expect(record.token).not.toBe(body.token)

    expect(await validate('OWN.example')).toMatchObject({
      status: 200,
      body: { details: { creationDate: time, changeDate: time, resourceOwner: world.acme } },
    })
    const validation = { type: 'dns', token: record.token, location: record.url }
    expect(verifyDomain.mock.calls).toEqual([['own.example', { orgId: world.acme, validation }]])
    expect((await listed())[2]).toMatchObject({ isVerified: true, validationType: dns })
    expect((await call('POST', '/own.example/_set_primary')).status).toBe(200)
  })

  it('fails where the host finds nothing, and tells so in the history', async () => {
    await generate('other.example', dns)

    expect(await validate('other.example')).toMatchObject({
      status: 400,
      body: err(3, 'ORG-GH3s', 'Domain verification failed'),
    })

    expect((await listed())[1]).not.toHaveProperty('isVerified')
    const { body } = await world.manage('POST', '/orgs/me/changes/_search', { body: { query: { limit: 2 } } })
    expect(body.result.map(({ eventType }: { eventType: unknown }) => eventType)).toEqual([
      { key: 'EventTypes.org.domain.verification.failed', localizedMessage: 'Domain verification failed' },
      { key: 'EventTypes.org.domain.verification.added', localizedMessage: 'Domain validation created' },
    ])
  })

  it('shows its token once', async () => {
    const { token } = (await generate('own.example', http)).body

    const changes = await world.manage('POST', '/orgs/me/changes/_search', { body: {} })
    expect(JSON.stringify([await listed(), changes.body, await world.log()])).not.toContain(token)
  })

  it.each([
    ['%20', http, 400, err(3, 'ORG-R24hb', 'Invalid domain')],
    ['nowhere.example', http, 404, err(5, 'ORG-AGD31', "Domain doesn't exist on organization")],
    ['acme.localhost', dns, 400, err(9, 'ORG-HGw21', 'Domain is already verified')],
    ['a%00', dns, 404, err(5, 'ORG-AGD31', "Domain doesn't exist on organization")],
  ])('is not generated for %s', async (domain, type, status, body) => {
    await expectNothingWritten(async () => expect(await generate(domain, type)).toMatchObject({ status, body }))
  })

  it.each([0, undefined, 'DOMAIN_VALIDATION_TYPE_UNSPECIFIED', 9, 'nothing'])(
    'is not generated for the type %j, which the field rules refuse before there is an id',
    async (type) => {
      const { status, body } = await generate('own.example', type)

      expect([status, body]).toEqual([
        400,
        { code: 3, message: expect.stringMatching(/^invalid GenerateOrgDomainValidationRequest\.Type: value must /) },
      ])
    },
  )

  it.each([
    ['%20', 400, err(3, 'ORG-R24hb', 'Invalid domain')],
    ['nowhere.example', 404, err(5, 'ORG-Sjdi3', "Domain doesn't exist on organization")],
    ['acme.localhost', 400, err(9, 'ORG-HGw21', 'Domain is already verified')],
    ['own.example', 400, err(9, 'ORG-SFBB3', 'Domain verification not yet started')],
  ])('is not done for %s', async (domain, status, body) => {
    await expectNothingWritten(async () => expect(await validate(domain)).toMatchObject({ status, body }))
    expect(verifyDomain).not.toHaveBeenCalled()
  })

  it('is for who may write the org', async () => {
    const denied = { status: 403, body: err(7, 'AUTH-5mWD2', 'No matching permissions found') }

    for (const domain of ['own.example', 'nowhere.example', '%20']) {
      for (const verb of ['_generate', '_validate']) {
        const path = `/${domain}/validation/${verb}`
        expect(await call('POST', path, { type: http }, viewer.token)).toMatchObject(denied)
      }
    }
  })

  it('gives a domain to one of two orgs', async () => {
    const b = (await world.directory.asSystem('test').orgs.create({ name: 'Beta' })).orgId
    const inB = (path: string, body: unknown) => world.manage('POST', `/orgs/me/domains${path}`, { orgId: b, body })
    await inB('', { domain: 'own.example' })
    await inB('/own.example/validation/_generate', { type: dns })
    await generate('own.example', dns)

    const answers = await Promise.all([validate('own.example'), inB('/own.example/validation/_validate', {})])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.body).toEqual(err(6, 'V3-DKcYh', 'Domain already exists'))
  })

  it('is over at once where the host checks nothing', async () => {
    await world.close()
    world = await createWorld()
    owner = await world.machine('owner', { roles: ['ORG_OWNER'] })
    await call('POST', '', { domain: 'own.example' })

    for (const answer of [await generate('own.example', http), await validate('own.example')]) {
      expect(answer).toMatchObject({ status: 400, body: err(9, 'ORG-HGw21', 'Domain is already verified') })
    }
  })
})
