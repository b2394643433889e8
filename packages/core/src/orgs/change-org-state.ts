import type { Actor } from '../actor'
import type { Core } from '../core'
import { scopeOf } from '../permissions/permission-scope'
import type { OrgRecord } from '../storage/records'
import type { Written } from '../written'
import { draftOrgAggregate, draftOrgEvents, loadOrgForChange, orgWritten } from './load-org'

/** What the two changes of state share: who may, what they are decided on, and what they answer. */
export function changeOrgState(
  core: Core,
  actor: Actor,
  orgId: string | undefined,
  decide: (org: OrgRecord) => 'org.deactivated' | 'org.reactivated',
): Promise<Written> {
  return core.write(actor, async (draft) => {
    const scope = await scopeOf(core, actor, 'org.write')
    const loaded = await loadOrgForChange(core, scope, orgId)
    const type = decide(loaded.org)
    const aggregate = draftOrgAggregate(draft, loaded)
    draftOrgEvents(draft, loaded.org, [aggregate.append({ type, payload: {} })])
    return { draft, answer: orgWritten(aggregate, loaded.org.orgId, loaded.org.createdAt) }
  })
}
