import type { AppendedEvent, DomainEvent } from '../events/event'
import type { InstanceRecord } from '../storage/records'

export type InstanceEvent =
  | DomainEvent<'instance.added', Readonly<Record<string, never>>>
  | DomainEvent<'instance.policy.domain.added', { readonly userLoginMustBeDomain: boolean }>
  | DomainEvent<'instance.default.org.set', { readonly orgId: string }>

export function evolveInstance(instance: InstanceRecord | undefined, event: AppendedEvent): InstanceRecord | undefined {
  const { sequence, createdAt } = event
  const { type, payload } = event as AppendedEvent & InstanceEvent
  switch (type) {
    case 'instance.added':
      return { defaultOrgId: '', userLoginMustBeDomain: false, sequence, createdAt, changedAt: createdAt }
    case 'instance.policy.domain.added':
      return instance && { ...instance, ...payload, sequence, changedAt: createdAt }
    case 'instance.default.org.set':
      return instance && { ...instance, defaultOrgId: payload.orgId, sequence, changedAt: createdAt }
    default:
      return instance
  }
}
