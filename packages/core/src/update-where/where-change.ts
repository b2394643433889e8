import type { ClientUpdate } from '../clients/update-client'
import type { DirectoryErrorCode } from '../errors/directory-error'
import type { IdempotencyOption } from '../idempotency/idempotency-key'
import type { MetadataSubjectType } from '../metadata/metadata'
import type { DefinedNamespace, NamespaceAt } from '../metadata-definition/metadata-shape'
import type { MetadataUpdate } from '../metadata-updates/metadata-update'
import type { UpdateOf } from '../metadata-updates/update-shape'
import type { OrgUpdate } from '../orgs/update-org'
import type { DryRunOption } from '../rehearse'
import type { UpdateUserInput } from '../users/update-user'

/** Members of a record that are changed along. */
interface RecordChange {
  readonly user: Omit<UpdateUserInput, 'metadata' | 'emailCode' | 'phoneCode'>
  readonly org: Omit<OrgUpdate, 'metadata'>
  readonly client: Omit<ClientUpdate, 'metadata' | 'maxEntries'>
}

type MetadataUpdates<K extends string, Metadata> = {
  readonly [Place in keyof Metadata as Place extends `${K}.${infer Name}` ? Name : never]?: UpdateOf<
    Extract<NamespaceAt<Metadata, Place & string>, DefinedNamespace>
  >
} & ([keyof Metadata] extends [never]
  ? Readonly<Record<string, MetadataUpdate>>
  : Readonly<Record<string, MetadataUpdate | object>>)

/** What is done to each row: members of the record as `update` takes them, and verbs of metadata by namespace. */
export type WhereChange<K extends MetadataSubjectType, Metadata = object> = RecordChange[K] & {
  readonly metadata?: MetadataUpdates<K, Metadata>
}

export interface UpdateWhereOptions extends DryRunOption, IdempotencyOption {
  /**
   * `atomic`: all rows in one commit or none, at most 500. `batches`: any number, each batch a commit of its own, and a row
   * that cannot be changed is told and left out. Default `atomic`.
   */
  readonly mode?: 'atomic' | 'batches'
  /** Of `batches`: rows of one commit, 1 to 500. Default 100. */
  readonly batchSize?: number
  /**
   * Told how far it is: in `batches` once before the first batch and after each, in `atomic` once all is stored. It is waited
   * for, and what it throws ends the call; what was stored stays.
   */
  readonly onProgress?: (progress: UpdateWhereProgress) => unknown
  /**
   * Of `batches`: the newest `resumeFrom` that `onProgress` was told, in whatever process. The same question and change go on
   * from there, and the batch that was on its way is not done twice. It counts as long as answers are kept under keys:
   * `idempotencyWindowMs`.
   */
  readonly resumeFrom?: string | undefined
  /** Stands in every event, instead of the caller's. */
  readonly reason?: string
}

/** What became of one row. */
export interface UpdatedRow {
  readonly id: string
  readonly outcome: 'changed' | 'unchanged' | 'failed'
  /** Namespaces and keys that are not what they were, as `namespace.key`, and members of a user. */
  readonly changed: readonly string[]
  /** Of a row that failed. */
  readonly code?: DirectoryErrorCode
  /** For people. */
  readonly problem?: string
}

/** What an update of many came to. */
export interface UpdatedWhere {
  /** Rows that were looked at: `changed`, `unchanged` and `failed` together. */
  readonly matched: number
  readonly changed: number
  /** Those that were so already. */
  readonly unchanged: number
  readonly failed: number
  /** The first 100 of those that failed in this run. */
  readonly failures: readonly UpdatedRow[]
}

export interface UpdateWhereProgress extends Omit<UpdatedWhere, 'failures'> {
  /** Those of the batch that was just done; of `atomic` all. */
  readonly rows: readonly UpdatedRow[]
  /** Where to go on if this process does not. Absent once all is done, and in `atomic`. */
  readonly resumeFrom?: string
}
