import type { DomainValidationType, OrgDomainRecord } from '../storage/records'

/** What an org has been told to show at a domain. */
export interface DomainValidation {
  readonly type: DomainValidationType
  readonly token: string
  /** Where the token has to be found: the URL of a file that holds it alone, or the name of a TXT record that is it. */
  readonly location: string
}

/** Both places are ZITADEL's: whoever served them for it need not change. */
const locations: Readonly<Record<DomainValidationType, (domain: string, token: string) => string>> = {
  http: (domain, token) => `https://${domain}/.well-known/zitadel-challenge/${token}.txt`,
  dns: (domain) => `_zitadel-challenge.${domain}`,
}

export function domainValidation(domain: string, type: DomainValidationType, token: string): DomainValidation {
  return { type, token, location: locations[type](domain, token) }
}

/** What was asked for last; `undefined`: nothing yet. */
export function validationOf({ domain, validationType, validationToken }: OrgDomainRecord) {
  return validationType === null || validationToken === null
    ? undefined
    : domainValidation(domain, validationType, validationToken)
}
