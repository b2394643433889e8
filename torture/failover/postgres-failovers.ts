import { type PostgresPair, startPostgresPair } from '../../test/postgres-pair'
import type { CrashPart } from '../crash/crash-rounds'
import type { FailoverCluster } from './failover-cluster'
import { failOverUnderLoad } from './failover-rounds'

/** A primary and a synchronous standby of its own: the standby is promoted, and gets a new standby from scratch. */
export async function failOverPostgres(part: CrashPart, options: { readonly durable: boolean }): Promise<void> {
  const pair = await startPostgresPair(options)
  try {
    await failOverUnderLoad(part, clusterOf(pair))
  } finally {
    await pair.stop()
  }
}

function clusterOf(pair: PostgresPair): FailoverCluster {
  return {
    url: pair.url,
    primaryUrl: async () => pair.primaryUrl(),
    failOver: () => pair.failOver(),
    recover: () => pair.rejoin(),
  }
}
