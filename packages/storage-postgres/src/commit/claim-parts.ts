import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
import { inInstance, type Part, part, removal } from './part'
import type { ClaimReleaseRow, ClaimTakeRow } from './round-rows'

export const claimParts = (names: TableNames): readonly Part[] => [claimTakePart(names), claimReleasePart(names)]

function claimTakePart(names: TableNames): Part {
  const claim = tableReference(names, names.claim)
  const set = rowSet<ClaimTakeRow>('given_claim', {
    commit: ['int4', ({ commit }) => commit],
    rank: ['int4', ({ rank }) => rank],
    type: ['text', ({ source }) => source.type],
    value: ['text', ({ source }) => source.value],
    owner_type: ['text', ({ source }) => source.ownerType],
    owner_id: ['text', ({ source }) => source.ownerId],
  })
  return part('take claims', set, (rows) => rows.claimTakes, {
    input: sql`wanted_claim as materialized (select * from ${set.source})`,
    refuses: sql`
      select wanted_claim.commit, wanted_claim.rank
      from wanted_claim cross join lateral (
          select 1 from ${claim} as held
          where ${inInstance} and held.type = wanted_claim.type and held.value = wanted_claim.value
          limit 1
        ) as held`,
    effect: () => sql`taken_claims as (
      insert into ${claim} (instance_id, type, value, owner_type, owner_id)
      select distinct on (wanted_claim.type, wanted_claim.value)
        ${slot('instance')}, wanted_claim.type, wanted_claim.value, wanted_claim.owner_type, wanted_claim.owner_id
      from wanted_claim join verdict on verdict.commit = wanted_claim.commit
      where verdict.ok
      order by wanted_claim.type, wanted_claim.value, wanted_claim.rank
    )`,
  })
}

function claimReleasePart(names: TableNames): Part {
  const set = rowSet<ClaimReleaseRow>('released', {
    commit: ['int4', ({ commit }) => commit],
    type: ['text', ({ source }) => source.type],
    value: ['text', ({ source }) => source.value],
  })
  return part('release claims', set, (rows) => rows.claimReleases, {
    effect: () =>
      sql`released_claims as (${removal(names, names.claim, set, sql`stored.type = released.type and stored.value = released.value`)})`,
  })
}
