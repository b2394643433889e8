import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
import { inInstance, type Part, part, removalAt } from './part'
import type { AnswerRow } from './round-rows'

/** Answers that have expired and go with a round that keeps some, beside those under its own keys. */
const sweptAtOnce = 8

export function keptAnswerPart(names: TableNames): Part {
  const table = tableReference(names, names.keptAnswer)
  const set = rowSet<AnswerRow>('given_answer', {
    commit: ['int4', ({ commit }) => commit],
    rank: ['int4', ({ rank }) => rank],
    now: ['int8', ({ now }) => now],
    key: ['text', ({ source }) => source.key],
    request: ['text', ({ source }) => source.request],
    answer: ['text', ({ source }) => source.answer],
    expires_at: ['int8', ({ source }) => source.expiresAt],
  })
  return part('keep answers', set, (rows) => rows.answers, {
    input: sql`wanted_answer as materialized (select * from ${set.source})`,
    refuses: sql`
      select wanted_answer.commit, wanted_answer.rank
      from wanted_answer cross join lateral (
          select 1 from ${table} as held
          where ${inInstance} and held.key = wanted_answer.key and held.expires_at > wanted_answer.now
          limit 1
        ) as held`,
    // What has expired goes before its key is taken again, which the count sees to. Whoever takes a key at the same time
    // is stopped by it, as with claims.
    effect: () => sql`expired_answer as (
      ${removalAt(
        names,
        names.keptAnswer,
        sql`select held.place
        from wanted_answer cross join lateral (
            select ctid as place from ${table} as held
            where ${inInstance} and held.key = wanted_answer.key and held.expires_at <= wanted_answer.now offset 0
          ) as held
        union
        select swept.place from (
          select ctid as place from ${table}
          where ${inInstance} and expires_at <= (select min(now) from wanted_answer)
          order by expires_at limit ${sql.lit(sweptAtOnce)} for update skip locked
        ) as swept`,
      )} returning 1
    ), kept_answer as (
      insert into ${table} (instance_id, key, request, answer, at, sequences, expires_at)
      select ${slot('instance')}, wanted_answer.key, wanted_answer.request, wanted_answer.answer, verdict.time,
        (
          select string_agg((applied.base + applied.events)::text, ',' order by applied.change)
          from applied where applied.commit = verdict.commit
        ),
        wanted_answer.expires_at
      from wanted_answer join verdict on verdict.commit = wanted_answer.commit and verdict.ok
      where (select count(*) from expired_answer) >= 0
      order by wanted_answer.key
    )`,
  })
}
