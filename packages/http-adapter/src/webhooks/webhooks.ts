import type { Change, Consumer, ConsumerStatus, DirectoryEventType } from '@indwell/core'

/** Whom to tell of changes. */
export interface WebhookEndpointOptions {
  /** Names the endpoint's place among the changes, in every process: one that is named anew is told everything anew. */
  readonly id: string
  /** Of `https` or `http`, without user and password. */
  readonly url: string
  /**
   * One or several, each `whsec_` and 24 to 64 random bytes in base64. Every message carries a signature by each, so that
   * receivers can change from one to the next.
   */
  readonly secrets: readonly string[]
  /** Absent: of all. */
  readonly types?: readonly DirectoryEventType[]
  /** Where an endpoint begins that is new. Default `newest`: with what is to come. */
  readonly start?: 'oldest' | 'newest'
}

/** Options of {@link sendWebhooks}. */
export interface WebhooksOptions {
  readonly endpoints: readonly WebhookEndpointOptions[]
  /**
   * Asked before each attempt. What it refuses or throws counts as a failed attempt. URLs are the host's own choice; where
   * they are its customers', this is the place to refuse addresses of its own network.
   */
  readonly allow?: (url: URL) => boolean | Promise<boolean>
  /** For a whole attempt, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number
  /** How often a message is tried before it is parked. Default 15, which are about 10 hours. */
  readonly attempts?: number
  /** Before the second attempt, in milliseconds. Doubled for each further one, less up to a half by chance. Default 5000. */
  readonly firstRetryMs?: number
  /** Between two attempts at most, in milliseconds. Default 4 hours. */
  readonly longestRetryMs?: number
  /** A message that is longer is sent without what was before and after, in bytes. Default 262,144. */
  readonly maxBodyBytes?: number
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch
  /** See {@link ConsumerOptions.pollMs}. */
  readonly pollMs?: number
  /** Gets what an attempt failed in. Default: nothing; the deliveries tell as well. */
  readonly onError?: (error: unknown, endpointId: string) => void
}

/** The member `data` of a message: the change, with bytes as `{ base64 }`. */
export type WebhookData = Omit<Change, 'fields' | 'metadata' | 'payload'> &
  (Pick<Change, 'fields' | 'metadata' | 'payload'> | { readonly truncated: true })

/** One attempt. */
export interface WebhookDelivery {
  /** Of the change. */
  readonly position: string
  readonly attempt: number
  readonly at: number
  /** The answer's status; absent: there was none. */
  readonly status?: number
  /** Why it counts as failed. */
  readonly error?: string
  readonly durationMs: number
}

export type WebhookEndpointStatus = Omit<ConsumerStatus, 'notes'>

export interface WebhookEndpoint extends Pick<Consumer, 'replay' | 'retryParked' | 'enable' | 'disable' | 'stop'> {
  readonly id: string
  status(): Promise<WebhookEndpointStatus>
  /** The newest 100 attempts, oldest first, by whichever process. */
  deliveries(): Promise<readonly WebhookDelivery[]>
}

export interface WebhookSender {
  /** @throws {@link InvalidInputError} for an id that is no endpoint's. */
  endpoint(id: string): WebhookEndpoint
  /** Ends sending in this process. It also ends with the directory. */
  stop(): Promise<void>
}
