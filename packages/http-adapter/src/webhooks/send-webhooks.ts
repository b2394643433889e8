import { type Consumer, type ConsumerOptions, type Directory, InvalidInputError } from '@indwell/core'
import { deliverWebhook, WebhookFailure, type WebhookTarget } from './deliver-webhook'
import { keyOfSecret } from './sign-webhook'
import { webhookMessage } from './webhook-message'
import type {
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEndpointOptions,
  WebhookSender,
  WebhooksOptions,
} from './webhooks'

const defaultTimeoutMs = 15_000
const longestTimeoutMs = 300_000
const defaultMaxBodyBytes = 262_144
const fourHoursMs = 14_400_000

/**
 * Sends changes to endpoints, signed as Standard Webhooks says: each at least once, those of one subject in their order,
 * one after the other. Each endpoint is a consumer of the directory's changes, named `webhook:` and its id.
 *
 * https://www.standardwebhooks.com
 *
 * @throws {@link InvalidInputError} for endpoints or options that are none; secrets are not shown.
 */
export function sendWebhooks(directory: Pick<Directory, 'consumer'>, options: WebhooksOptions): WebhookSender {
  const limits = {
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs ?? defaultTimeoutMs, 1, longestTimeoutMs),
    maxBodyBytes: wholeNumber('maxBodyBytes', options.maxBodyBytes ?? defaultMaxBodyBytes, 1024, 16_777_216),
  }
  if (!Array.isArray(options.endpoints)) throw new InvalidInputError('endpoints', 'must be a list')
  // All of them are looked at before the first is sent to.
  const targets = options.endpoints.map((endpoint, index) => targetOf(endpoint, `endpoints.${index}`))
  const ids = options.endpoints.map(({ id }) => id)
  const twice = ids.findIndex((id, index) => ids.indexOf(id) < index)
  if (twice >= 0) throw new InvalidInputError(`endpoints.${twice}.id`, 'is another endpoint’s')
  const started = new Map<string, WebhookEndpoint>()
  for (const [index, endpoint] of options.endpoints.entries()) {
    started.set(endpoint.id, startEndpoint(directory, endpoint, targets[index]!, options, limits))
  }
  return {
    endpoint(id) {
      const endpoint = started.get(id)
      if (endpoint === undefined) throw new InvalidInputError('id', 'is no endpoint’s')
      return endpoint
    },
    async stop() {
      await Promise.all([...started.values()].map((endpoint) => endpoint.stop()))
    },
  }
}

function startEndpoint(
  directory: Pick<Directory, 'consumer'>,
  { id, types, start = 'newest' }: WebhookEndpointOptions,
  target: WebhookTarget,
  options: WebhooksOptions,
  { timeoutMs, maxBodyBytes }: { readonly timeoutMs: number; readonly maxBodyBytes: number },
): WebhookEndpoint {
  const { onError, pollMs } = options
  const consuming: ConsumerOptions = {
    start,
    attempts: options.attempts ?? 15,
    firstRetryMs: options.firstRetryMs ?? 5000,
    longestRetryMs: options.longestRetryMs ?? fourHoursMs,
    // What was sent is not sent again because this process ended.
    checkpointEvery: 1,
    // An attempt ends long before another process may begin one.
    leaseMs: Math.max(60_000, timeoutMs * 4),
    ...(types && { types }),
    ...(pollMs !== undefined && { pollMs }),
    ...(onError && { onError: (error: unknown) => onError(error, id) }),
  }
  const consumer: Consumer = directory.consumer(
    `webhook:${id}`,
    async (change, { signal, note }) => {
      const begun = performance.now()
      const tell = (told: Pick<WebhookDelivery, 'status' | 'error'>) =>
        note(JSON.stringify({ ...told, durationMs: Math.round(performance.now() - begun) }))
      try {
        tell({ status: await deliverWebhook(target, webhookMessage(change, maxBodyBytes), options, timeoutMs, signal) })
      } catch (error) {
        const status = error instanceof WebhookFailure ? error.status : undefined
        // As long as a note can be, whatever JSON makes of it.
        const message = (error instanceof Error ? error.message : String(error)).replace(/[^ -~]/g, '?').slice(0, 200)
        tell({ ...(status !== undefined && { status }), error: message })
        throw error
      }
    },
    consuming,
  )
  return {
    id,
    async status() {
      const { notes: _, ...status } = await consumer.status()
      return status
    },
    async deliveries() {
      const { notes } = await consumer.status()
      return notes.map(({ position, attempt, at, text }) => ({ position, attempt, at, ...toldBy(text) }))
    },
    replay: consumer.replay,
    retryParked: consumer.retryParked,
    enable: consumer.enable,
    disable: consumer.disable,
    stop: consumer.stop,
  }
}

/** What this file alone noted. */
function toldBy(text: string): Pick<WebhookDelivery, 'status' | 'error' | 'durationMs'> {
  return JSON.parse(text)
}

function targetOf({ id, url, secrets }: WebhookEndpointOptions, path: string): WebhookTarget {
  if (typeof id !== 'string' || !/^[\w.:-]{1,100}$/.test(id)) {
    throw new InvalidInputError(`${path}.id`, 'must be 1 to 100 letters, digits and _ . : -')
  }
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  const isHttp = parsed?.protocol === 'https:' || parsed?.protocol === 'http:'
  if (parsed === undefined || !isHttp || parsed.username !== '' || parsed.password !== '') {
    throw new InvalidInputError(`${path}.url`, 'must be a URL of https or http, without user and password')
  }
  if (!Array.isArray(secrets) || secrets.length === 0) {
    throw new InvalidInputError(`${path}.secrets`, 'must be a list of at least one secret')
  }
  return { url: parsed, keys: secrets.map((secret, index) => keyOfSecret(`${path}.secrets.${index}`, secret)) }
}

function wholeNumber(path: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new InvalidInputError(path, `must be a whole number from ${min} to ${max}`)
  }
  return value
}
