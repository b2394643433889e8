import type { ExchangeResponse } from '../exchange'
import { zitadelStatus } from './call-status'
import { errorResponse } from './error-body'

/**
 * What ZITADEL answers once the quota of authenticated requests is used up: 429, and no header that says until when.
 *
 * The text is a key, as the service sends it: its translations do not have the one that it names.
 *
 * @see https://github.com/zitadel/zitadel/blob/main/internal/api/grpc/server/middleware/quota_interceptor.go
 */
export function quotaExhausted(): ExchangeResponse {
  return errorResponse(zitadelStatus('resource_exhausted', 'QUOTA-vjAy8', 'Quota.Access.Exhausted'))
}
