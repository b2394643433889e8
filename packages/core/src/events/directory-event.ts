import type { AccessTokenEvent } from '../access-tokens/access-token'
import type { ClientEvent } from '../clients/client'
import type { AnonymisedEvent, ErasedEvent, FoldedEvent } from '../history/folded-event'
import type { InstanceEvent } from '../instance/instance'
import type { MemberEvent } from '../members/member'
import type { MetadataEvent } from '../metadata/metadata'
import type { OrgEvent } from '../orgs/org'
import type { RoleEvent } from '../roles/role'
import type { StoredEvent } from '../storage/records'
import type { DeletedUserEvent } from '../users/deleted-user'
import type { UserEvent } from '../users/user'
import type { HiddenMembers } from './shown-event'

/** Everything that can happen in a directory. */
export type DirectoryEvent =
  | UserEvent
  | DeletedUserEvent
  | MetadataEvent
  | AccessTokenEvent
  | OrgEvent
  | MemberEvent
  | ClientEvent
  | RoleEvent
  | InstanceEvent
  | FoldedEvent
  | ErasedEvent
  | AnonymisedEvent

export type DirectoryEventType = DirectoryEvent['type']

/** A stored event whose type is `Type`, with the payload that events of that type show; of `'*'`, any of them. */
export type EventOf<Type extends DirectoryEventType | '*'> = Type extends '*'
  ? StoredEvent
  : Omit<StoredEvent, 'type' | 'payload'> & { readonly type: Type; readonly payload: PayloadOf<Type> }

type PayloadOf<Type> = DirectoryEvent extends infer Event
  ? Event extends { readonly type: infer Types; readonly payload: infer Payload }
    ? Type extends Types
      ? Type extends keyof HiddenMembers
        ? Omit<Payload, HiddenMembers[Type]>
        : Payload
      : never
    : never
  : never
