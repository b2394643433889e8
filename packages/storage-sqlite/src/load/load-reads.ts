import type { Read, ReadResult } from '@indwell/core'
import type { Connection } from '../connection'
import { callOnDemand } from '../on-demand'
import { readTransaction } from '../transactions'
import type { FileState } from './file-state'
import { loadAccessTokenByHash } from './load-access-token-by-hash'
import { loadAggregate } from './load-aggregate'
import { loadClaim } from './load-claim'
import { loadEntries } from './load-entries'
import { loadEntry } from './load-entry'
import { loadEntryPage } from './load-entry-page'
import { loadKeptAnswer } from './load-kept-answer'
import { loadLoginDomains } from './load-login-domains'
import { loadMemberships } from './load-memberships'
import type { PrincipalLoader } from './load-principal'
import { loadRecord } from './load-record'
import { recalledTokens } from './recalled-tokens'

/**
 * Answers reads in their order, all from the same state.
 *
 * @param file - Absent: no token is remembered.
 */
export function loadReads(
  connection: Connection,
  loadPrincipal: PrincipalLoader,
  file: FileState | undefined,
): (instanceId: string, reads: readonly Read[]) => readonly ReadResult[] {
  const transact = readTransaction(connection)
  const record = callOnDemand(() => loadRecord(connection))
  const aggregate = callOnDemand(() => loadAggregate(connection))
  const entry = callOnDemand(() => loadEntry(connection))
  const entries = callOnDemand(() => loadEntries(connection))
  const entryPage = callOnDemand(() => loadEntryPage(connection))
  const claim = callOnDemand(() => loadClaim(connection))
  const accessTokenByHash = callOnDemand(() => {
    const loadToken = loadAccessTokenByHash(connection)
    return file === undefined ? loadToken : recalledTokens(file, loadToken)
  })
  const memberships = callOnDemand(() => loadMemberships(connection))
  const loginDomains = callOnDemand(() => loadLoginDomains(connection))
  const keptAnswer = callOnDemand(() => loadKeptAnswer(connection))

  function load(instanceId: string, read: Read): ReadResult {
    switch (read.read) {
      case 'record':
        return record(instanceId, read)
      case 'aggregate':
        return aggregate(instanceId, read.key)
      case 'entry':
        return entry(instanceId, read.key)
      case 'entries':
        return entries(instanceId, read)
      case 'entryPage':
        return entryPage(instanceId, read)
      case 'claim':
        return claim(instanceId, read.claim)
      case 'accessTokenByHash':
        return accessTokenByHash(instanceId, read.hash)
      case 'principal':
        return loadPrincipal(instanceId, read)
      case 'memberships':
        return memberships(instanceId, read.userId)
      case 'loginDomains':
        return loginDomains(instanceId, read.userId)
      case 'keptAnswer':
        return keptAnswer(instanceId, read.key)
    }
  }

  return (instanceId, reads) => {
    if (reads.length === 1) return [load(instanceId, reads[0]!)]
    return transact(() => reads.map((read) => load(instanceId, read)))
  }
}
