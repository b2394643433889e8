import type { ActingDirectory, Directory } from '@indwell/core'

/** Lets a caller read what is its own, for which it needs no permission but has to be active. */
export async function ownDirectory(
  caller: ActingDirectory,
  callerId: string,
  directory: Directory,
): Promise<ActingDirectory> {
  await caller.requireAuthenticated()
  return directory.asSystem('own data', { onBehalfOf: callerId })
}
