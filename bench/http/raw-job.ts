import type { RawCaller, RawDetails, rawStatements } from './raw-statements'

/** What every host's own route does: what the face does for a request, with the raw driver and nothing besides. */
export interface RawJob {
  /** @throws {@link Refusal} when the caller's token, or what its user may do, does not let it. */
  admit(authorization: string | undefined): RawCaller
  /** @throws {@link Refusal} when there is no such entry. */
  getEntry(caller: RawCaller, userId: string, key: string): object
  /**
   * @param body - `{ metadata: [{ key, value }] }` with values in base64.
   * @throws {@link Refusal} when it is anything else, or there is no such user.
   */
  setEntries(caller: RawCaller, userId: string, body: unknown): object
}

/** Hosts know `statusCode` of what is thrown in a route. */
export class Refusal extends Error {
  constructor(readonly statusCode: number) {
    super('refused')
  }
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export function rawJob(raw: ReturnType<typeof rawStatements>): RawJob {
  const details = ({ sequence, created_at, changed_at, owner }: RawDetails) => ({
    sequence,
    creationDate: new Date(created_at).toISOString(),
    changeDate: new Date(changed_at).toISOString(),
    resourceOwner: owner,
  })
  return {
    admit(authorization = '') {
      if (!authorization.startsWith('Bearer ')) throw new Refusal(401)
      const caller = raw.callerOf(authorization.slice('Bearer '.length))
      if (caller === undefined) throw new Refusal(401)
      if (!raw.mayIn(caller.userId, caller.orgId)) throw new Refusal(403)
      return caller
    },
    getEntry(caller, userId, key) {
      const found = raw.getEntry(caller, userId, key)
      if (found === undefined) throw new Refusal(404)
      return { metadata: { details: details(found), key, value: found.bytes.toString('base64') } }
    },
    setEntries(caller, userId, body) {
      const written = raw.setEntries(caller, userId, entriesOf(body))
      if (written === undefined) throw new Refusal(404)
      return { details: details(written) }
    },
  }
}

function entriesOf(body: unknown): readonly (readonly [string, Buffer])[] {
  const { metadata } = (body ?? {}) as { readonly metadata?: unknown }
  if (!Array.isArray(metadata) || metadata.length === 0) throw new Refusal(400)
  return metadata.map((item: unknown) => {
    const { key, value } = (item ?? {}) as { readonly key?: unknown; readonly value?: unknown }
    if (typeof key !== 'string' || key.trim() === '' || key.length > 200) throw new Refusal(400)
    if (typeof value !== 'string' || !base64.test(value)) throw new Refusal(400)
    return [key, Buffer.from(value, 'base64')] as const
  })
}
