import { retryAfter } from './retry-after'
import { signWebhook } from './sign-webhook'
import type { WebhookMessage } from './webhook-message'
import type { WebhooksOptions } from './webhooks'

/** Why an attempt failed, and what it says of the next. */
export class WebhookFailure extends Error {
  override readonly name = 'WebhookFailure'
  constructor(
    message: string,
    readonly status?: number,
    readonly retryAfterMs?: number,
    readonly disable?: true,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export interface WebhookTarget {
  readonly url: URL
  readonly keys: readonly Buffer[]
}

/**
 * Sends a message once. Answers the status of what was taken, which is any from 200 to 299; nothing of the answer's body is
 * read, and no redirect is followed.
 *
 * @throws {@link WebhookFailure}
 */
export async function deliverWebhook(
  { url, keys }: WebhookTarget,
  { id, body }: WebhookMessage,
  { allow, fetch: send = fetch }: Pick<WebhooksOptions, 'allow' | 'fetch'>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number> {
  // Its own address: what is asked may not change where the message goes.
  if (allow !== undefined && !(await allow(new URL(url)))) throw new WebhookFailure('the URL is not allowed')
  const timestamp = Math.floor(Date.now() / 1000)
  const ending = new AbortController()
  const end = () => ending.abort(signal.reason)
  const timer = setTimeout(() => ending.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  try {
    const answer = await send(url, {
      method: 'POST',
      redirect: 'manual',
      signal: ending.signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'indwell-webhooks',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook(keys, id, timestamp, body),
      },
      body,
    })
    await answer.body?.cancel().catch(() => undefined)
    return taken(answer)
  } catch (error) {
    if (error instanceof WebhookFailure) throw error
    const { reason } = ending.signal
    const cause = ending.signal.aborted ? reason : error instanceof Error ? (error.cause ?? error) : error
    throw new WebhookFailure(cause instanceof Error ? cause.message : String(cause), undefined, undefined, undefined, {
      cause: error,
    })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

function taken({ ok, status, type, headers }: Response): number {
  if (ok) return status
  const told = `answered ${status}`
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
  if (status === 410) throw new WebhookFailure(told, status, undefined, true)
  const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400)
  if (isRedirect) throw new WebhookFailure(`${told}: redirects are not followed`, status)
  throw new WebhookFailure(told, status, retryAfter(headers.get('retry-after'), Date.now()))
}
