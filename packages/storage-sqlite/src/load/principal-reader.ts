import type { Principal } from '@indwell/core'
import type { Connection } from '../connection'
import { callOnDemand } from '../on-demand'
import type { FileState } from './file-state'
import { loadPrincipal, type PrincipalLoader } from './load-principal'
import { rememberedPrincipals } from './remembered-principals'

export type PrincipalQuestion = Parameters<PrincipalLoader>[1]

export interface PrincipalReader {
  readonly load: PrincipalLoader
  /** Whether there is something to recall, unless the file says otherwise. */
  mayRecall(instanceId: string, read: PrincipalQuestion): boolean
  /**
   * Whether the caller is known as the file has it, without a read of it. What was read before this was asked has come from
   * the same state.
   */
  recall(instanceId: string, read: PrincipalQuestion): { readonly principal: Principal | undefined } | undefined
}

/** @param file - Absent: nobody can tell what was written, so nothing is remembered. */
export function principalReader(connection: Connection, file: FileState | undefined): PrincipalReader {
  const load = callOnDemand(() => loadPrincipal(connection))
  return file === undefined
    ? { load, mayRecall: () => false, recall: () => undefined }
    : rememberedPrincipals(file, load)
}
