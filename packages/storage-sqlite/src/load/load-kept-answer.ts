import type { KeptAnswer } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import type { Connection } from '../connection'

type Row = readonly [request: string, answer: string, at: number, sequences: string, expiresAt: number]

export function loadKeptAnswer({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, key: string) => KeptAnswer | undefined {
  const query = builder
    .selectFrom(names.keptAnswer)
    .select(['request', 'answer', 'at', 'sequences', 'expires_at'])
    .where('instance_id', '=', param('instanceId'))
    .where('key', '=', param('key'))
  const select = statements.keep('rows', () => compile(query, ['instanceId', 'key']))
  return (instanceId, key) => {
    const row = select().get(instanceId, key) as Row | undefined
    if (row === undefined) return undefined
    const [request, answer, at, sequences, expiresAt] = row
    return { key, request, answer, at, sequences: sequences.split(','), expiresAt }
  }
}
