import { allEventsBehaviors } from './all-events'
import { atomicityBehaviors } from './atomicity'
import type { Behavior } from './behavior'
import { checkedCreationBehaviors } from './checked-creations'
import { checkedUnreadCommitBehaviors } from './checked-unread-commits'
import { claimBehaviors } from './claims'
import { commitOutcomeBehaviors } from './commit-outcomes'
import { consumerBehaviors } from './consumers'
import { entryBehaviors } from './entries'
import { eventRewriteBehaviors } from './event-rewrites'
import { eventSearchBehaviors } from './event-searches'
import { explanationBehaviors } from './explanations'
import { feedBehaviors } from './feed'
import { heldByOrgBehaviors } from './held-by-org'
import { isolationBehaviors } from './isolation'
import { keptAnswerBehaviors } from './kept-answers'
import { lifecycleBehaviors } from './lifecycle'
import { loadBehaviors } from './loads'
import { loginNameBehaviors } from './login-names'
import { metadataIndexBehaviors } from './metadata-indexes'
import { migrationBehaviors } from './migrations'
import { principalBehaviors } from './principals'
import { recordBehaviors } from './records'
import { replayBehaviors } from './replay'
import { entrySearchBehaviors } from './searches/entries'
import { listBehaviors } from './searches/lists'
import { logicBehaviors } from './searches/logic'
import { memberSearchBehaviors } from './searches/members'
import { membershipSearchBehaviors } from './searches/memberships'
import { metadataBehaviors } from './searches/metadata'
import { orderBehaviors } from './searches/order'
import { rangeBehaviors } from './searches/ranges'
import { textBehaviors } from './searches/text'
import { valueBehaviors } from './searches/values'
import { sequenceBehaviors } from './sequences'
import { textAndBytesBehaviors } from './text-and-bytes'
import { transactionBehaviors } from './transactions'
import { unreadCommitBehaviors } from './unread-commits'

export type { Behavior } from './behavior'
export type { ConformanceWorld, EmptyDatabase } from './conformance-world'

const topics: Readonly<Record<string, readonly Behavior[]>> = {
  commit: commitOutcomeBehaviors,
  atomicity: atomicityBehaviors,
  sequences: sequenceBehaviors,
  'commits without reads': unreadCommitBehaviors,
  'checked commits without reads': checkedUnreadCommitBehaviors,
  'checked creations without reads': checkedCreationBehaviors,
  claims: claimBehaviors,
  'kept answers': keptAnswerBehaviors,
  entries: entryBehaviors,
  records: recordBehaviors,
  'held by an org': heldByOrgBehaviors,
  load: [...loadBehaviors, ...principalBehaviors],
  search: [
    ...textBehaviors,
    ...valueBehaviors,
    ...rangeBehaviors,
    ...listBehaviors,
    ...metadataBehaviors,
    ...logicBehaviors,
    ...orderBehaviors,
    ...memberSearchBehaviors,
    ...membershipSearchBehaviors,
    ...entrySearchBehaviors,
  ],
  'metadata indexes': metadataIndexBehaviors,
  explanations: explanationBehaviors,
  'login names': loginNameBehaviors,
  feed: feedBehaviors,
  'feed of all instances': allEventsBehaviors,
  consumers: consumerBehaviors,
  'event search': eventSearchBehaviors,
  'event rewrites': eventRewriteBehaviors,
  'text and bytes': textAndBytesBehaviors,
  transactions: transactionBehaviors,
  isolation: isolationBehaviors,
  lifecycle: lifecycleBehaviors,
  migration: migrationBehaviors,
  replay: replayBehaviors,
}

/**
 * What every `DirectoryStorage` does, all of it. Behaviors are independent of each other, and know no test runner: run
 * each `check` under any, in a {@link ConformanceWorld} of its own. Names start with their topic and a colon.
 */
export const storageBehaviors: readonly Behavior[] = Object.entries(topics).flatMap(([topic, behaviors]) =>
  behaviors.map(({ name, check }) => ({ name: `${topic}: ${name}`, check })),
)
