/** Text that is HTML already. Only {@link html} and {@link trustedHtml} make it. */
export class Html {
  constructor(readonly markup: string) {}
}

type Value = Html | readonly Html[] | string | number | false | undefined

/** Makes HTML of a template: what is put in is escaped unless it is {@link Html}; `false` and `undefined` are nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.reduce((whole, string, index) => whole + markupOf(values[index - 1]) + string))
}

/** Takes a text of this program as HTML. Never anything from elsewhere. */
export function trustedHtml(markup: string): Html {
  return new Html(markup)
}

function markupOf(value: Value): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'object') return value.map(({ markup }) => markup).join('')
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
