import { createDirectory, type Directory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { auth0 } from '../src/auth0'
import type { Authenticate, Caller, RejectedToken } from '../src/authenticate'
import { anyOf } from '../src/authenticators/any-of'
import { bearerToken } from '../src/authenticators/bearer-token'
import { storedTokens } from '../src/authenticators/stored-tokens'
import { createHttpAdapter } from '../src/create-http-adapter'
import type { Exchange } from '../src/exchange'
import type { Limits } from '../src/limits'
import { zitadel } from '../src/zitadel'
import { acmeId, adaId, type TokenName } from './face-calls'

/** A new directory behind both faces. */
export interface FacedExchange {
  readonly directory: Directory
  readonly exchange: Exchange
  /** What went wrong on our side. */
  readonly errors: readonly unknown[]
}

const scopes = ['create', 'read', 'update', 'delete'].flatMap((verb) => [`${verb}:users`, `${verb}:clients`])

/**
 * Puts a directory on SQLite behind both faces. Time stands still, ids count from {@link acmeId} on and the nth random
 * bytes are all n: two of these answer the same calls with the same bytes. Tokens are called as in {@link TokenName}.
 */
export async function facedExchange(limits: Partial<Limits>): Promise<FacedExchange> {
  let lastId = Number(acmeId) - 1
  let draws = 0
  const directory = await createDirectory({
    storage: sqliteStorage({ filename: ':memory:' }),
    defaultOrgName: 'Acme',
    clock: () => Date.UTC(2026, 0, 1),
    newId: () => String(++lastId),
    randomBytes: (count) => new Uint8Array(count).fill(++draws),
  })
  const owner: TokenName = 'owner'
  await directory.bootstrapOwner({ token: owner })
  const { users } = directory.asSystem('test')
  await users.createMachine({ userId: adaId, userName: 'ada', name: 'Ada' })
  await users.createMachine({ userId: 'nobody', userName: 'nobody', name: 'Nobody' })

  const errors: unknown[] = []
  const exchange = createHttpAdapter(directory, {
    faces: [zitadel(), auth0()],
    authenticate: anyOf(storedTokens(directory), issuedElsewhere),
    limits,
    onError: (error) => errors.push(error),
  })
  return { directory, exchange, errors }
}

const callers: { readonly [Name in Exclude<TokenName, 'owner'>]: Caller | RejectedToken } = {
  nobody: { userId: 'nobody' },
  allScopes: { userId: 'robot@clients', scopes },
  onlyReads: { userId: 'robot@clients', scopes: ['read:users'] },
  expired: { flaw: 'expired' },
}

const issuedElsewhere: Authenticate = async (request) => {
  const token = bearerToken(request)
  return Object.entries(callers).find(([name]) => name === token)?.[1]
}
