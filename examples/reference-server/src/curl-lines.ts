/**
 * Lines to paste into a shell: what is there, on both faces.
 *
 * @param token - `undefined`: nobody knows it any more, so the shell's `INDWELL_OWNER_TOKEN` stands in.
 */
export function curlLines(url: string, token: string | undefined): readonly string[] {
  const curl = `curl -H "Authorization: Bearer ${token ?? '$INDWELL_OWNER_TOKEN'}"`
  return [
    '# ZITADEL: the org, and metadata of it',
    `${curl} ${url}/management/v1/orgs/me`,
    `${curl} ${url}/management/v1/metadata/color -d '{"value": "Ymx1ZQ=="}'`,
    '# Auth0: users and clients',
    `${curl} ${url}/api/v2/users`,
    `${curl} ${url}/api/v2/clients`,
  ]
}
