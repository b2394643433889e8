import * as v from 'valibot'

/** A check of a format, and the name the service knows it by. */
export interface FormatAction extends v.CheckAction<string, (issue: v.CheckIssue<string>) => string> {
  readonly format: string
}

/** Valibot action: a string that `test` accepts, else the service's sentence about formats. */
function format(name: string, test: (text: string) => boolean): FormatAction {
  const check = v.check(test, (issue: v.CheckIssue<string>) => {
    return `Object didn't pass validation for format ${name}: ${issue.input}`
  })
  return { ...check, format: name }
}

const atom = "[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+"
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?'
const topLevel = '(?:\\p{L}{2,63}|xn--[a-z0-9-]{2,59})'
const address = new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+${topLevel}$`, 'iu')

/** An address with a dotted domain: local part up to 64, whole up to 254 characters (RFC 5321, section 4.5.3.1). */
export const emailFormat = format(
  'email',
  (text) => text.length <= 254 && text.lastIndexOf('@') <= 64 && address.test(text),
)

/** An absolute URI. */
export const strictUriFormat = format('strict-uri', isAbsoluteUri)

/** An absolute URI, or the empty string that unsets it. */
export const uriOrEmptyFormat = format('absolute-uri-or-empty', (text) => text === '' || isAbsoluteUri(text))

/** Lower-case letters, digits, `_` and `-`, the first one a letter or digit. */
export const organizationNameFormat = format('organization-name', (text) => /^[a-z0-9][a-z0-9_-]*$/.test(text))

function isAbsoluteUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text) && URL.canParse(text)
}
