import { freshValues, type Lane, repeated } from './lane'
import type { Operation } from './operation'

type Choice = (lane: Lane) => Operation | undefined

const someClient = (lane: Lane) => (lane.clients.length === 0 ? undefined : lane.random.oneOf(lane.clients))

const create: Choice = (lane) => {
  const clientId = lane.fresh()
  const orgId = lane.orgs.at(-1)?.orgId
  return {
    kind: 'create client',
    events: ['client.added'],
    run: ({ clients }) => clients.create({ clientId, name: 'Shop', ...(orgId === undefined ? {} : { orgId }) }),
    answered: () => lane.clients.push({ clientId, orgId, keys: new Set() }),
  }
}

const setMetadata: Choice = (lane) => {
  const client = someClient(lane)
  if (client === undefined) return undefined
  const keys = ['a', 'b', 'c'].slice(0, 1 + lane.random.below(3))
  return {
    kind: 'set metadata of client',
    events: repeated('client.metadata.set', keys.length),
    run: ({ clients }) => clients.metadata(client.clientId).set(freshValues(lane, keys)),
    answered: () => undefined,
  }
}

const remove: Choice = (lane) => {
  const client = someClient(lane)
  if (client === undefined) return undefined
  return {
    kind: 'delete client',
    events: ['client.removed'],
    run: ({ clients }) => clients.delete(client.clientId),
    answered: () => lane.clients.splice(lane.clients.indexOf(client), 1),
  }
}

export const clientOperations: readonly Choice[] = [create, setMetadata, remove]
