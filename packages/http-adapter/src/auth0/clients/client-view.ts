import type { ClientSnapshot } from '@indwell/core'
import type { Auth0Settings } from '../call'
import type { Auth0ClientView } from '../client-body'
import { jsonMetadata } from '../users/user-view'

/** What the service would show of a client of the directory. */
export function clientView(
  { client, metadata }: ClientSnapshot,
  { tenant }: Pick<Auth0Settings, 'tenant'>,
): Auth0ClientView {
  const { clientId, name, settings } = client
  return { clientId, tenant, name, settings, clientMetadata: metadata && jsonMetadata(metadata) }
}
