import { malformedHeader } from './error-catalogue'

/** What an `ETag` names (RFC 9110, section 8.8.3). */
export interface EntityTag {
  readonly weak: boolean
  /** What stands between the quotes: the version of a user or client. */
  readonly version: string
}

/** One item of a list of tags with what follows it; empty items are allowed. */
const item = /[\t ]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[\t ]*)?(,|$)/y

/** Writes a strong tag: the version changes with every change of what is shown. */
export function entityTag(version: string): string {
  return `"${version}"`
}

/**
 * Reads `If-Match` or `If-None-Match`: `*`, or one tag or more. Headers sent several times are one list.
 *
 * @throws {@link Auth0Error} 400 `invalid_header` for anything else.
 */
export function parseEntityTags(name: string, value: string): '*' | readonly EntityTag[] {
  if (value.trim() === '*') return '*'
  const tags: EntityTag[] = []
  item.lastIndex = 0
  while (item.lastIndex < value.length) {
    const [, weak, version, end] = item.exec(value) ?? []
    if (end === undefined) throw malformedHeader(name)
    if (version !== undefined) tags.push({ weak: weak !== undefined, version })
  }
  if (tags.length === 0) throw malformedHeader(name)
  return tags
}
