import type { Applied, Commit } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'

/** Answers that have expired and go with a commit that keeps one, beside the one under its own key. */
const sweptAtOnce = 8

/** Keeps an answer whose key was checked to be free. */
export function keepAnswer({
  names,
  builder,
  statements,
}: Connection): (
  instanceId: string,
  commit: Commit,
  answer: NonNullable<Commit['keepAnswer']>,
  applied: Pick<Applied, 'at' | 'sequences'>,
) => void {
  const keys = builder
    .selectFrom(names.keptAnswer)
    .select('key')
    .where('instance_id', '=', param('instanceId'))
    .where('expires_at', '<=', param('now'))
    .orderBy('expires_at')
    .limit(sql.lit(sweptAtOnce))
  const expired = builder
    .deleteFrom(names.keptAnswer)
    .where('instance_id', '=', param('instanceId'))
    .where('key', 'in', keys)
  const sweep = statements.keep('run', () => compile(expired, ['instanceId', 'instanceId', 'now']))
  const columns = ['instance_id', 'key', 'request', 'answer', 'at', 'sequences', 'expires_at']
  const insert = statements.keep('run', () =>
    compile(
      builder
        .replaceInto(names.keptAnswer)
        .values(Object.fromEntries(columns.map((column) => [column, param(column)]))),
      columns,
    ),
  )
  return (instanceId, commit, { key, request, answer, expiresAt }, { at, sequences }) => {
    sweep().run(instanceId, instanceId, commit.at)
    insert().run(instanceId, key, request, answer, at, sequences.join(), expiresAt)
  }
}
