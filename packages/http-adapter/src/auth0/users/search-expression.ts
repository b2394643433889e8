/** What is looked for in a member. `*` outside quotes stands for any text, at the start, the end, or both. */
export type SearchPattern =
  | { readonly kind: 'equals' | 'starts-with' | 'ends-with' | 'contains'; readonly text: string }
  | { readonly kind: 'any' }

/** Whether a text is what is looked for. Case counts. */
export function matches(pattern: SearchPattern, text: string): boolean {
  switch (pattern.kind) {
    case 'any':
      return true
    case 'equals':
      return text === pattern.text
    case 'starts-with':
      return text.startsWith(pattern.text)
    case 'ends-with':
      return text.endsWith(pattern.text)
    case 'contains':
      return text.includes(pattern.text)
  }
}

export interface SearchEnd {
  readonly text: string
  /** In quotes, digits are a text. */
  readonly quoted: boolean
}

/** `[a TO b]`, or with braces where an end does not count. An end that is absent was `*`. */
export interface SearchRange {
  readonly from?: SearchEnd
  readonly to?: SearchEnd
  readonly fromInclusive: boolean
  readonly toInclusive: boolean
}

/** A search, read. A term without `member` looks at every text of the root. */
export type SearchExpression =
  | { readonly op: 'and' | 'or'; readonly parts: readonly SearchExpression[] }
  | { readonly op: 'not'; readonly part: SearchExpression }
  | { readonly op: 'exists'; readonly member: string }
  | { readonly op: 'match'; readonly member: string | undefined; readonly pattern: SearchPattern }
  | { readonly op: 'range'; readonly member: string; readonly range: SearchRange }
