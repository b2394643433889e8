import { type ActingDirectory, type Directory, type DirectoryErrorCode, isDirectoryError } from '@indwell/core'
import { say } from '../child-line'
import type { Call, Did } from './history'

export interface Recording {
  readonly directory: Directory
  /** Number of this process. */
  readonly process: number
}

interface Refusals {
  /** Called when the directory said no. */
  readonly onRefusal?: () => void
  /** Answers of the directory that are no flaw of the call. */
  readonly allowed?: readonly DirectoryErrorCode[]
}

/** A call that is not answered by then hangs: much longer than any timeout of a storage. */
const patienceMs = 60_000

const refusals: readonly DirectoryErrorCode[] = ['already_exists', 'version_conflict', 'invalid_state']

/**
 * Makes a call and says what it did. `refused` is what it did when the directory said no.
 */
export async function record(
  { directory, process: number }: Recording,
  id: string,
  refused: readonly Did[],
  call: (system: ActingDirectory) => Promise<readonly Did[]>,
  { onRefusal, allowed = refusals }: Refusals = {},
): Promise<void> {
  const start = now()
  const tell = (end: number | undefined, dids: readonly Did[]) => {
    for (const did of dids) {
      const told: Call = { id, process: number, start, end, did }
      say({ said: 'history', record: told })
    }
  }
  const hanging = setTimeout(() => {
    tell(undefined, refused)
    say({ said: 'flaw', text: `${id} was not answered in ${patienceMs} ms` })
    process.exit(1)
  }, patienceMs)
  let dids: readonly Did[] = []
  try {
    dids = await call(directory.asSystem(id))
  } catch (error) {
    if (isDirectoryError(error) && allowed.includes(error.code)) dids = refused
    else say({ said: 'flaw', text: `${id} failed: ${error instanceof Error ? error.stack : error}` })
    onRefusal?.()
  } finally {
    clearTimeout(hanging)
  }
  tell(now(), dids)
}

/** Microseconds of the machine's monotonic clock, which all processes share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1000
}
