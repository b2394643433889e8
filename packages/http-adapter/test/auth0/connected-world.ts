import type { DirectoryStorage } from '@indwell/core'
import type { ManagementClient } from 'auth0'
import { type Auth0World, auth0World, managementClient } from './auth0-world'
import { emptyStorage, type storageKinds } from './storages'

/** An empty directory behind the face, and the vendor's own client at its door. */
export interface ConnectedWorld {
  readonly world: Auth0World
  readonly client: ManagementClient
  /** Closes and drops all of it. */
  dispose(): Promise<void>
}

/** @param around - What stands between the directory and its storage. Default: nothing. */
export async function connectedWorld(
  kind: (typeof storageKinds)[number],
  around: (storage: DirectoryStorage) => DirectoryStorage = (storage) => storage,
): Promise<ConnectedWorld> {
  const { storage, dispose } = await emptyStorage(kind)
  const world = await auth0World({ storage: around(storage) })
  const { client, close } = await managementClient(world)
  return {
    world,
    client,
    async dispose() {
      await close()
      await dispose()
    },
  }
}
