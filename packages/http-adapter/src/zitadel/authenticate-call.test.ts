import { createDirectory, type Directory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bearing } from '../../test/bearing'
import type { Authenticate } from '../authenticate'
import { authenticateCall } from './authenticate-call'
import { errorResponse } from './error-body'
import { statusOf } from './status-of'

describe('authenticateCall', () => {
  let directory: Directory
  beforeEach(async () => {
    directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
  })
  afterEach(() => directory.close())

  const call = (authenticate: Authenticate, headers: Record<string, string> = {}) => {
    const request = bearing('a-token')
    return authenticateCall(directory, authenticate, { ...request, headers: { ...request.headers, ...headers } })
  }
  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => 'accepted',
      (error: unknown) => {
        const { status, body } = errorResponse(statusOf(error))
        return [status, JSON.parse(String(body)).message]
      },
    )

  it('judges a caller by its roles, whatever its token was issued for', async () => {
    const owner = await directory.bootstrapOwner()
    if (!owner.created) throw new Error('not created')

    const { caller, callerId } = await call(async () => ({ userId: owner.userId, scopes: [] }))

    expect(callerId).toBe(owner.userId)
    expect(await caller.requirePermission('user.write')).toEqual({ orgId: directory.defaultOrgId })
  })

  it('works in the org that the header names, in none but that', async () => {
    const { caller } = await call(async () => ({ userId: 'ada' }), { 'x-zitadel-orgid': 'acme' })
    expect(caller.actor).toEqual({ type: 'user', userId: 'ada', orgId: 'acme' })

    const { caller: forwarded } = await call(async () => ({ userId: 'ada' }), {
      'grpc-metadata-x-zitadel-orgid': 'acme',
    })
    expect(forwarded.actor).toEqual({ type: 'user', userId: 'ada', orgId: 'acme' })

    const { caller: atHome } = await call(async () => ({ userId: 'ada' }), { 'x-zitadel-orgid': '' })
    expect(atHome.actor).toEqual({ type: 'user', userId: 'ada' })
  })

  it('works in the org that the message names, and wherever its subjects live, where the method says so', async () => {
    const place = { across: 'orgs', namedOrg: { orgId: 'beta' } } as const
    const request = { ...bearing('a-token'), headers: { authorization: 'Bearer x', 'x-zitadel-orgid': 'acme' } }

    const { caller } = await authenticateCall(directory, async () => ({ userId: 'ada' }), request, place)

    expect(caller.actor).toEqual({ type: 'user', userId: 'ada', orgId: 'beta', across: 'orgs' })
  })

  it('refuses who is unknown and whose token does not count', async () => {
    expect(await refusal(call(async () => undefined))).toEqual([401, 'Token is invalid (AUTH-7fs1e)'])
    expect(await refusal(call(async () => ({ flaw: 'expired' })))).toEqual([401, 'Token is invalid (AUTH-7fs1e)'])
  })

  it('asks nobody when there is no token', async () => {
    const nobody: Authenticate = () => {
      throw new Error('asked')
    }

    expect(await refusal(call(nobody, { authorization: '' }))).toEqual([401, 'auth header missing'])
    expect(await refusal(call(nobody, { authorization: 'bearer x' }))).toEqual([
      401,
      'invalid auth header (AUTH-7fs1e)',
    ])
  })
})
