import { evolveClient } from '../clients/client'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { JsonObject } from '../json'
import { changedSettings, storedSettings } from '../settings'
import { draftOwnerOrg } from '../users/owner-org'
import { holdsMembers, type Importing, type LineOutcome, outcomeOfExisting, readAggregate } from './importing'
import type { ParsedLines } from './parse-line'
import { readOwner } from './read-owner'

export function importClient(importing: Importing, line: ParsedLines['client']): Promise<LineOutcome> {
  const { core, mode, write } = importing
  const { clientId, name, at } = line
  const settings = storedSettings(line.settings)
  return write(async (draft) => {
    const [aggregate, client, orgId] = await Promise.all([
      readAggregate(core, 'client', clientId),
      core.read({ read: 'record', kind: 'client', key: { clientId } }),
      readOwner(core, line.orgId),
    ])
    const key = { type: 'client', id: clientId } as const
    if (client === undefined || aggregate === undefined) {
      draftOwnerOrg(draft, orgId)
      const drafted = draft.aggregate(key, { owner: orgId, expect: 'new', revise: true })
      const payload = { name, settings, ...(at?.createdAt !== undefined && { createdAt: at.createdAt }) }
      const created = evolveClient(undefined, drafted.append({ type: 'client.added', payload }))
      if (created !== undefined) draft.put('client', created)
      return { draft, answer: () => 'created' }
    }
    const settled = outcomeOfExisting(mode, holdsMembers(client, { orgId, name, settings }), 'client_id')
    if (settled !== undefined) return { answer: settled }
    if (client.orgId !== orgId) throw new InvalidInputError('orgId', 'is not the org that owns it')
    const { revision } = aggregate
    const drafted = draft.aggregate(key, { owner: orgId, expect: { revision }, revise: true })
    const change = { name, settings: settingsChange(client.settings, settings) }
    const changed = evolveClient(client, drafted.append({ type: 'client.changed', payload: change }))
    if (changed !== undefined) draft.put('client', changed)
    return { draft, answer: () => 'updated' }
  })
}

/** What makes settings just those of a line. */
export function settingsChange(stored: JsonObject, settings: JsonObject): JsonObject {
  const gone = Object.keys(stored).filter((name) => !Object.hasOwn(settings, name))
  return changedSettings(
    stored,
    Object.fromEntries([...Object.entries(settings), ...gone.map((name) => [name, null] as const)]),
  )
}
