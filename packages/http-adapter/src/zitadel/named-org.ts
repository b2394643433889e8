/** An org as a message of v2 names it: by its id or by a verified domain. */
export type NamedOrg =
  | { readonly orgId: string; readonly orgDomain?: undefined }
  | { readonly orgDomain: string; readonly orgId?: undefined }

/** What the field of a message that names the org holds; `undefined` when there is none, or nothing in it. */
export function namedOrgOf(message: object, field: string | undefined): NamedOrg | undefined {
  if (field === undefined) return undefined
  const { [field]: named = {} } = message as Readonly<Record<string, { readonly [part: string]: string | undefined }>>
  const { orgId = '', orgDomain = '' } = named
  if (orgId !== '') return { orgId }
  return orgDomain === '' ? undefined : { orgDomain }
}
