import { createHash } from 'node:crypto'
import type { RawSqlite } from '../raw-sqlite'

/** What every host's own route does: what the face does for a request, with the raw driver and nothing besides. */
export interface RawJob {
  /** @throws when the caller's token, or what its user may do, does not let it. */
  admit(authorization: string | undefined): void
  getEntry(userId: string, key: string): object
  /** @param body - `{ metadata: [{ key, value }] }` with values in base64. */
  setEntries(userId: string, body: unknown): object
}

export function rawJob(raw: RawSqlite): RawJob {
  const details = (orgId: string, sequence: string, at: number) => ({
    sequence,
    creationDate: new Date(at).toISOString(),
    changeDate: new Date(at).toISOString(),
    resourceOwner: orgId,
  })
  return {
    admit(authorization) {
      const bearer = authorization?.slice('Bearer '.length) ?? ''
      const userId = raw.userOfToken(createHash('sha256').update(bearer).digest('hex'))
      if (userId === undefined || !raw.checkPermission(userId)) throw new Error('not permitted')
    },
    getEntry(userId, key) {
      const { bytes, sequence, changed_at, owner } = raw.getBytes(userId, key)
      return { metadata: { key, value: bytes.toString('base64'), details: details(owner, sequence, changed_at) } }
    },
    setEntries(userId, body) {
      const { metadata } = body as { metadata: { key: string; value: string }[] }
      const orgId = raw.orgOfUser(userId)
      const sequence = raw.setBytes(
        userId,
        metadata.map(({ key, value }) => [key, Buffer.from(value, 'base64')]),
      )
      return { details: details(orgId, sequence, Date.now()) }
    },
  }
}
