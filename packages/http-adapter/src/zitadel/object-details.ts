/** What a written or read object tells of itself. */
export interface ObjectFacts {
  /** Of the last event that counts: of the call for a write, of the object for a read. */
  readonly sequence: bigint | number | string
  /** When the object, or the metadata entry, came to be: ms since the epoch. */
  readonly createdAt: number
  /** When the event with `sequence` happened: ms since the epoch. */
  readonly changedAt: number
  /** Organization that owns the object. */
  readonly resourceOwner: string
}

/**
 * `details` of one object, in v1 and v2. Reads and writes of every kind carry all four members: ZITADEL's published
 * examples show them so, while its server leaves one out after a write.
 */
export function objectDetails({ sequence, createdAt, changedAt, resourceOwner }: ObjectFacts): {
  readonly sequence: bigint | number | string
  readonly creationDate: number
  readonly changeDate: number
  readonly resourceOwner: string
} {
  return { sequence, creationDate: createdAt, changeDate: changedAt, resourceOwner }
}

/**
 * `details` of a v1 list.
 *
 * @param total - Matches before paging. A page behind the last match reports 0, as ZITADEL counts within the page.
 * @param viewedAt - When the list was read: ms since the epoch.
 */
export function listDetails(
  total: number,
  viewedAt: number,
): { readonly totalResult: number; readonly viewTimestamp: number } {
  return { totalResult: total, viewTimestamp: viewedAt }
}

/** `details` of a v2 list, which has another name for the time. */
export function listDetailsV2(
  total: number,
  viewedAt: number,
): { readonly totalResult: number; readonly timestamp: number } {
  return { totalResult: total, timestamp: viewedAt }
}

/** `details` of what an org owns, read or written. */
export function detailsOf({
  sequence,
  createdAt,
  changedAt,
  orgId,
}: Omit<ObjectFacts, 'resourceOwner'> & { readonly orgId: string }): ReturnType<typeof objectDetails> {
  return objectDetails({ sequence, createdAt, changedAt, resourceOwner: orgId })
}
