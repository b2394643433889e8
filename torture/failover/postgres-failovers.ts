import { type PairOptions, type PostgresPair, startPostgresPair } from '../../test/postgres-pair'
import type { CrashPart } from '../crash/crash-rounds'
import { findClusterPrograms } from './cluster-programs'
import type { FailoverCluster } from './failover-cluster'
import { failOverUnderLoad } from './failover-rounds'
import { startPatroniCluster } from './patroni-cluster'

/**
 * A primary and a standby of its own: the standby is promoted, and gets a new standby from scratch.
 *
 * @param beforeKill - What happens to the two before each failover.
 */
export async function failOverPostgres(
  part: CrashPart,
  options: PairOptions,
  beforeKill = async (_pair: PostgresPair) => {},
): Promise<void> {
  const pair = await startPostgresPair(options)
  try {
    await failOverUnderLoad(part, clusterOf(pair, beforeKill))
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

function clusterOf(pair: PostgresPair, beforeKill: (pair: PostgresPair) => Promise<void>): FailoverCluster {
  return {
    clientUrl: () => pair.url,
    primaryUrl: async () => pair.primaryUrl(),
    async failOver() {
      await beforeKill(pair)
      await pair.failOver()
    },
    recover: () => pair.rejoin(),
  }
}
