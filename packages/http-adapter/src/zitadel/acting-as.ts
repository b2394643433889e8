import type { Across, ActingDirectory, Directory } from '@indwell/core'

/** Where a caller acts: in its own org where `orgId` is empty. */
export interface ActingPlace {
  readonly orgId: string
  readonly across?: Across | undefined
}

const maxKept = 256
const kept = new WeakMap<Directory, Map<string, ActingDirectory>>()

/**
 * The directory as a caller sees it. Kept for its next call, since one is made of a hundred functions and most callers come
 * again: it holds who calls and where, nothing of what the caller may do, which every call asks anew.
 */
export function actingAs(directory: Directory, userId: string, { orgId, across }: ActingPlace): ActingDirectory {
  let ofDirectory = kept.get(directory)
  if (ofDirectory === undefined) {
    ofDirectory = new Map()
    kept.set(directory, ofDirectory)
  }
  // With its length an id cannot run into the next one, whatever characters it holds.
  const key = `${across ?? ''} ${userId.length} ${userId}${orgId}`
  let acting = ofDirectory.get(key)
  if (acting === undefined) {
    acting = directory.as({
      userId,
      ...(orgId === '' ? {} : { orgId }),
      ...(across === undefined ? {} : { across }),
    })
    if (ofDirectory.size >= maxKept) ofDirectory.delete(ofDirectory.keys().next().value!)
    ofDirectory.set(key, acting)
  }
  return acting
}
