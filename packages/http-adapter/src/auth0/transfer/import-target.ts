import type { ActingDirectory } from '@indwell/core'
import type * as v from 'valibot'
import type { RandomBytes } from '../new-id'

/** Where rows go, and how. */
export interface ImportTarget {
  readonly directory: ActingDirectory
  readonly randomBytes: RandomBytes
  readonly connection: string | undefined
  readonly defaultConnection: string
  readonly upsert: boolean
  readonly mergeMetadata: boolean
  readonly dryRun: boolean
  readonly schema: v.GenericSchema
  /** Milliseconds since the epoch. */
  now(): number
}
