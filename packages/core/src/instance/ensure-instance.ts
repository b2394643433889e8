import type { Core } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { InvalidStateError } from '../errors/invalid-state-error'
import { evolveAll } from '../events/evolve-all'
import { draftOrg } from '../orgs/create-org'
import type { InstanceRecord } from '../storage/records'
import { evolveInstance } from './instance'

export interface FirstStart {
  readonly defaultOrgName: string
  /** Absent: not for a new instance, and whatever it is of one that is there. */
  readonly userLoginMustBeDomain: boolean | undefined
}

/**
 * Creates the instance with its default org unless it is there. Of several processes that try, one does.
 *
 * @throws {@link InvalidStateError} `domain_policy_fixed` when it is there and has the other domain policy.
 */
export async function ensureInstance(core: Core, first: FirstStart): Promise<InstanceRecord> {
  const instance = (await readInstance(core)) ?? (await createInstance(core, first))
  const { userLoginMustBeDomain: wanted = instance.userLoginMustBeDomain } = first
  if (wanted !== instance.userLoginMustBeDomain) throw new InvalidStateError('domain_policy_fixed')
  return instance
}

const readInstance = (core: Core) => core.read({ read: 'record', kind: 'instance', key: {} })

async function createInstance(
  core: Core,
  { defaultOrgName, userLoginMustBeDomain = false }: FirstStart,
): Promise<InstanceRecord> {
  const orgId = core.newId()
  try {
    await core.write({ type: 'system', reason: 'first start' }, async (draft) => {
      const key = { type: 'instance', id: core.instanceId } as const
      const aggregate = draft.aggregate(key, { owner: '', expect: 'new', revise: true })
      const instance = evolveAll(evolveInstance, undefined, [
        aggregate.append({ type: 'instance.added', payload: {} }),
        // The second one: see `domainPolicySequence`.
        aggregate.append({ type: 'instance.policy.domain.added', payload: { userLoginMustBeDomain } }),
        aggregate.append({ type: 'instance.default.org.set', payload: { orgId } }),
      ])
      if (instance !== undefined) draft.put('instance', instance)
      draftOrg(draft, core, { orgId, name: defaultOrgName }, [])
      return { draft, answer: () => undefined }
    })
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error
  }
  const created = await readInstance(core)
  if (created === undefined) throw new AlreadyExistsError('org_name')
  return created
}
