import { emptyStorage, type storageKinds } from '../../auth0/storages'
import { type Answer, type CallOptions, createWorld, type World } from '../world'

/**
 * Acme with the people below, and Beta, of which only root and Mallory's machine know more than nothing. Every caller has
 * a token.
 */
export interface TwoOrgs extends World {
  readonly beta: string
  /** `ORG_OWNER` of Acme. */
  readonly ada: Caller
  /** `ORG_OWNER_VIEWER` of Acme. */
  readonly viewer: Caller
  /** Lives in Acme, is a member of nothing. */
  readonly plain: Caller
  /** Lives in Acme, is `ORG_OWNER` of Beta. */
  readonly guest: Caller
  /** A human of Acme. */
  readonly human: string
  /** A human of Beta. */
  readonly foreign: string
  dispose(): Promise<void>
}

export interface Caller {
  readonly userId: string
  readonly token: string
}

export async function createTwoOrgs(
  kind: (typeof storageKinds)[number],
  options: Omit<Parameters<typeof createWorld>[0] & object, 'storage'> = {},
): Promise<TwoOrgs> {
  const { storage, dispose } = await emptyStorage(kind)
  const world = await createWorld({ ...options, storage })
  const system = world.directory.asSystem('test')
  const { orgId: beta } = await system.orgs.create({ name: 'Beta' })
  const guest = await world.machine('guest')
  await system.orgs.members(beta).add({ userId: guest.userId, roles: ['ORG_OWNER'] })
  const human = await system.users.createHuman({
    orgId: world.acme,
    userName: 'jane',
    firstName: 'Jane',
    lastName: 'Doe',
    email: 'jane@acme.example',
  })
  const foreign = await system.users.createHuman({ orgId: beta, userName: 'mallory', email: 'mallory@beta.example' })
  return {
    ...world,
    beta,
    ada: await world.machine('ada', { roles: ['ORG_OWNER'] }),
    viewer: await world.machine('viewer', { roles: ['ORG_OWNER_VIEWER'] }),
    plain: await world.machine('plain'),
    guest,
    human: human.userId,
    foreign: foreign.userId,
    dispose,
  }
}

/** Asks as somebody, below `/v2`. */
export const asking =
  ({ call }: World, { token }: Pick<Caller, 'token'>) =>
  (method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> =>
    call(method, `/v2${path}`, { token, ...options, ...(body !== undefined && { body }) })
