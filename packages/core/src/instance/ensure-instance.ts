import type { Core } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { evolveAll } from '../events/evolve-all'
import { draftOrg } from '../orgs/create-org'
import type { InstanceRecord } from '../storage/records'
import { evolveInstance } from './instance'

/** Creates the instance with its default org unless it is there. Of several processes that try, one does. */
export async function ensureInstance(core: Core, defaultOrgName: string): Promise<InstanceRecord> {
  const readInstance = () => core.read({ read: 'record', kind: 'instance', key: {} })
  const found = await readInstance()
  if (found !== undefined) return found
  const orgId = core.newId()
  try {
    await core.write({ type: 'system', reason: 'first start' }, async (draft) => {
      const key = { type: 'instance', id: core.instanceId } as const
      const aggregate = draft.aggregate(key, { owner: '', expect: 'new', revise: true })
      const instance = evolveAll(evolveInstance, undefined, [
        aggregate.append({ type: 'instance.added', payload: {} }),
        aggregate.append({ type: 'instance.default.org.set', payload: { orgId } }),
      ])
      if (instance !== undefined) draft.put('instance', instance)
      draftOrg(draft, core, orgId, defaultOrgName, [])
      return { draft, answer: () => undefined }
    })
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error
  }
  const created = await readInstance()
  if (created === undefined) throw new AlreadyExistsError('org_name')
  return created
}
