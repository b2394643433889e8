import type { DomainValidationType } from '@indwell/core'
import type { Request, Response } from '../binding'

export const validationTypes = {
  DOMAIN_VALIDATION_TYPE_UNSPECIFIED: undefined,
  DOMAIN_VALIDATION_TYPE_HTTP: 'http',
  DOMAIN_VALIDATION_TYPE_DNS: 'dns',
} as const satisfies Record<
  Request<'management.v1.GenerateOrgDomainValidationRequest'>['type'],
  DomainValidationType | undefined
>

export const validationTypeNames = {
  http: 'DOMAIN_VALIDATION_TYPE_HTTP',
  dns: 'DOMAIN_VALIDATION_TYPE_DNS',
} as const satisfies Record<DomainValidationType, Response<'org.v1.Domain'>['validationType']>
