import type { ManagementClient } from 'auth0'

/** What an application does with Auth0's SDK, in production and in tests. */
export async function upgrade(management: ManagementClient, userId: string): Promise<boolean> {
  const { app_metadata } = await management.users.get(userId)
  if (app_metadata?.plan === 'pro') return false
  await management.users.update(userId, { app_metadata: { plan: 'pro' } })
  return true
}
