import { type PostgresPair, startPostgresPair } from '../../test/postgres-pair'
import type { CrashPart } from '../crash/crash-rounds'
import { findClusterPrograms } from './cluster-programs'
import type { FailoverCluster } from './failover-cluster'
import { failOverUnderLoad } from './failover-rounds'
import { startPatroniCluster } from './patroni-cluster'

/** A primary and a synchronous standby of its own: the standby is promoted, and gets a new standby from scratch. */
export async function failOverPostgres(part: CrashPart, options: { readonly durable: boolean }): Promise<void> {
  const pair = await startPostgresPair(options)
  try {
    await failOverUnderLoad(part, clusterOf(pair))
  } finally {
    await pair.stop()
  }
}

/** Three servers under Patroni: whoever was synchronous is promoted, and who was killed follows again. */
export async function failOverPatroni(part: CrashPart): Promise<void> {
  const cluster = await startPatroniCluster(await findClusterPrograms())
  try {
    await failOverUnderLoad(part, cluster)
  } finally {
    await cluster.stop()
  }
}

function clusterOf(pair: PostgresPair): FailoverCluster {
  return {
    clientUrl: () => pair.url,
    primaryUrl: async () => pair.primaryUrl(),
    failOver: () => pair.failOver(),
    recover: () => pair.rejoin(),
  }
}
