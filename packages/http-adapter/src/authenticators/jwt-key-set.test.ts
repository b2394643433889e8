import { createServer, type Server } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearing } from '../../test/bearing'
import { type JsonWebKeySet, jwtKeySet } from './jwt-key-set'

const { privateKey, publicKey } = await generateKeyPair('RS256')
const jwks: JsonWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kty: 'RSA', kid: 'one', alg: 'RS256' }] }

const sign = (claims: Record<string, unknown>, kid = 'one', key = privateKey) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key)

describe('jwtKeySet', () => {
  it('accepts what a key of the set signed', async () => {
    const authenticate = jwtKeySet({ jwks })

    expect(await authenticate(bearing(await sign({ sub: 'auth0|ada', scope: 'read:users' })))).toEqual({
      userId: 'ada',
      scopes: ['read:users'],
    })
  })

  it('tells a foreign signature from an unknown key', async () => {
    const authenticate = jwtKeySet({ jwks })
    const foreign = await generateKeyPair('RS256')

    expect(await authenticate(bearing(await sign({ sub: 'ada' }, 'one', foreign.privateKey)))).toEqual({
      flaw: 'signature',
    })
    expect(await authenticate(bearing(await sign({ sub: 'ada' }, 'two')))).toEqual({ flaw: 'invalid' })
  })

  it('does not take a public key for a shared secret', async () => {
    const authenticate = jwtKeySet({ jwks })
    const secret = new TextEncoder().encode(JSON.stringify(jwks.keys[0]))
    const forged = await new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret)

    expect(await authenticate(bearing(forged))).toEqual({ flaw: 'invalid' })
  })

  it('holds a token to issuer and audience where they are named', async () => {
    const authenticate = jwtKeySet({ jwks, issuer: 'https://acme.example/', audience: 'indwell' })
    const claims = { sub: 'ada', iss: 'https://acme.example/', aud: 'indwell' }

    expect(await authenticate(bearing(await sign(claims)))).toMatchObject({ userId: 'ada' })
    expect(await authenticate(bearing(await sign({ ...claims, aud: 'other' })))).toEqual({ flaw: 'invalid' })
  })

  it('refuses what is no key set and no URL', () => {
    expect(() => jwtKeySet({ url: 'no url' })).toThrow(TypeError)
    expect(() => jwtKeySet({ jwks: JSON.parse('{}') })).toThrow(TypeError)
  })

  describe('with a URL', () => {
    let server: Server
    let url: string
    let fetched = 0

    beforeAll(async () => {
      server = createServer((request, response) => {
        fetched += 1
        if (request.url === '/broken') response.writeHead(500).end()
        else response.end(JSON.stringify(jwks))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    })
    afterAll(() => server.close())

    it('fetches the set once', async () => {
      const authenticate = jwtKeySet({ url: `${url}/keys` })
      const token = await sign({ sub: 'ada' })

      for (let time = 0; time < 3; time += 1)
        expect(await authenticate(bearing(token))).toMatchObject({ userId: 'ada' })

      expect(fetched).toBe(1)
    })

    it('rejects when the set cannot be had: an outage is no denial', async () => {
      const authenticate = jwtKeySet({ url: new URL(`${url}/broken`) })

      await expect(authenticate(bearing(await sign({ sub: 'ada' })))).rejects.toThrow()
    })
  })
})
