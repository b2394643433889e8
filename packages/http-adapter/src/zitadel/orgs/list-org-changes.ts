import type { Management } from '../binding'
import { changesOf } from '../changes'
import { orgOfCall } from './org-of-call'

export const listOrgChanges: Management<'ListOrgChanges'> = {
  async handle({ request: { query }, ...call }) {
    const id = await orgOfCall(call.caller, 'org.read')
    return { result: await changesOf(call, { type: 'org', id }, query) }
  },
}
