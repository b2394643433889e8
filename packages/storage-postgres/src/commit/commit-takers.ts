import type { Commit } from '@indwell/core'
import type { Taker } from '../statement-cache'

/** A commit, and what the process knows where it comes. */
export interface CommitRun {
  readonly instanceId: string
  readonly indexVersion: string
  readonly commit: Commit
}

/** What the slots take that statements for one commit have in common. */
export const commitTakers: Readonly<Record<string, Taker<CommitRun>>> = {
  instance: ({ instanceId }) => instanceId,
  indexes: ({ indexVersion }) => indexVersion,
  at: ({ commit }) => commit.at,
  actorType: ({ commit }) => commit.actor.type,
  actorId: ({ commit }) => commit.actor.id,
  actorReason: ({ commit }) => commit.actor.reason,
}
