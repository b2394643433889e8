import type { AggregateType } from '../storage/records'
import type { DirectoryEventType } from './directory-event'

/** Events are named after what they happen to, so that the first word of a type is that of its aggregate. */
type AggregateTypeOf<Type extends DirectoryEventType> = Type extends `${infer First extends AggregateType}.${string}`
  ? First
  : never

/** A type that is missing here does not compile, nor does one that nothing writes. */
const happensTo: { readonly [Type in DirectoryEventType]: AggregateTypeOf<Type> } = {
  'client.added': 'client',
  'client.changed': 'client',
  'client.history.folded': 'client',
  'client.metadata.removed': 'client',
  'client.metadata.removed.all': 'client',
  'client.metadata.set': 'client',
  'client.removed': 'client',
  'instance.added': 'instance',
  'instance.default.org.set': 'instance',
  'instance.history.folded': 'instance',
  'instance.member.added': 'instance',
  'instance.member.cascade.removed': 'instance',
  'instance.member.changed': 'instance',
  'instance.member.removed': 'instance',
  'instance.policy.domain.added': 'instance',
  'org.added': 'org',
  'org.changed': 'org',
  'org.deactivated': 'org',
  'org.domain.added': 'org',
  'org.domain.primary.set': 'org',
  'org.domain.removed': 'org',
  'org.domain.verification.added': 'org',
  'org.domain.verification.failed': 'org',
  'org.domain.verified': 'org',
  'org.history.folded': 'org',
  'org.member.added': 'org',
  'org.member.cascade.removed': 'org',
  'org.member.changed': 'org',
  'org.member.removed': 'org',
  'org.metadata.removed': 'org',
  'org.metadata.removed.all': 'org',
  'org.metadata.set': 'org',
  'org.profile.changed': 'org',
  'org.reactivated': 'org',
  'org.removed': 'org',
  'role.added': 'role',
  'role.changed': 'role',
  'role.history.folded': 'role',
  'role.removed': 'role',
  'user.account.changed': 'user',
  'user.anonymised': 'user',
  'user.deactivated': 'user',
  'user.erased': 'user',
  'user.history.folded': 'user',
  'user.human.added': 'user',
  'user.human.email.changed': 'user',
  'user.human.email.code.added': 'user',
  'user.human.email.verification.failed': 'user',
  'user.human.email.verified': 'user',
  'user.human.initialization.check.failed': 'user',
  'user.human.initialization.check.succeeded': 'user',
  'user.human.initialization.code.added': 'user',
  'user.human.password.changed': 'user',
  'user.human.phone.changed': 'user',
  'user.human.phone.code.added': 'user',
  'user.human.phone.removed': 'user',
  'user.human.phone.verification.failed': 'user',
  'user.human.phone.verified': 'user',
  'user.human.profile.changed': 'user',
  'user.identity.added': 'user',
  'user.identity.removed': 'user',
  'user.linked': 'user',
  'user.locked': 'user',
  'user.machine.added': 'user',
  'user.machine.changed': 'user',
  'user.metadata.removed': 'user',
  'user.metadata.removed.all': 'user',
  'user.metadata.set': 'user',
  'user.pat.added': 'user',
  'user.pat.removed': 'user',
  'user.reactivated': 'user',
  'user.removed': 'user',
  'user.undelete.ended': 'user',
  'user.undelete.offered': 'user',
  'user.undeleted': 'user',
  'user.unlinked': 'user',
  'user.unlocked': 'user',
  'user.username.changed': 'user',
}

/** Every type of event a directory writes, by name. */
export const directoryEventTypes: readonly DirectoryEventType[] = Object.keys(
  happensTo,
).sort() as readonly DirectoryEventType[]

const known: Readonly<Record<AggregateType, true>> = {
  client: true,
  instance: true,
  org: true,
  role: true,
  user: true,
}

/** Every type of aggregate a directory has, by name. */
export const aggregateTypes: readonly AggregateType[] = Object.keys(known).sort() as readonly AggregateType[]
