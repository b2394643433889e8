import { invalidQuery, operationNotSupported } from '../error-catalogue'
import type { SearchEnd, SearchPattern, SearchRange } from './search-expression'

export type SearchToken =
  | { readonly kind: '(' | ')' | 'AND' | 'OR' | 'NOT' | '+' | '-' }
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'pattern'; readonly pattern: SearchPattern }
  | { readonly kind: 'range'; readonly range: SearchRange }

const maxTokens = 500
/** Shortest text a pattern may end with. */
const minSuffixLength = 3

const memberName = /((?:[^\s()"\\:[\]{}^~+!&|/*?<>-]|\\[\s\S])(?:[^\s()"\\:[\]{}^~*?]|\\[\s\S])*):/y
const quoted = /"((?:[^"\\]|\\[\s\S])*)"/y
const bare = /(?:[^\s()"\\:[\]{}^~+!&|/]|\\[\s\S]|[+&|!/](?=[^\s()"]))+/y
const rangeEnd = String.raw`"(?:[^"\\]|\\[\s\S])*"|(?:[^\s\]}"\\]|\\[\s\S])+`
const range = new RegExp(String.raw`([[{])\s*(${rangeEnd})\s+TO\s+(${rangeEnd})\s*([\]}])`, 'y')

/**
 * @throws {@link Auth0Error} 400 `invalid_query_string` for what cannot be read or is too long, `operation_not_supported`
 * for syntax that is not served.
 */
export function tokenizeSearch(text: string): readonly SearchToken[] {
  const tokens: SearchToken[] = []
  let at = 0
  const matched = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  const nextToken = (character: string): SearchToken => {
    const sign = signs.get(text.slice(at, at + 2)) ?? signs.get(character)
    // Of a value, it is the sign of a number.
    const negative = character === '-' && tokens.at(-1)?.kind === 'member' && /\d/.test(text[at + 1] ?? '')
    if (sign !== undefined && !negative) {
      at += sign.length
      return { kind: sign.kind }
    }
    if (character === '[' || character === '{') {
      const match = matched(range)
      if (match === null) throw unreadable(`a range cannot be read at character ${at + 1}`)
      return { kind: 'range', range: rangeOf(match) }
    }
    refuseUnserved(character)
    const member = matched(memberName)
    if (member !== null) return { kind: 'member', name: unescaped(member[1]!) }
    const phrase = matched(quoted)
    if (phrase !== null) return { kind: 'pattern', pattern: { kind: 'equals', text: unescaped(phrase[1]!) } }
    const word = matched(bare)
    if (word === null) throw unreadable(`it cannot be read at character ${at + 1}`)
    return wordToken(word[0])
  }

  while (at < text.length) {
    const character = text[at]!
    if (/\s/.test(character)) {
      at += 1
      continue
    }
    if (tokens.length === maxTokens) throw unreadable('it is too long')
    tokens.push(nextToken(character))
  }
  return tokens
}

/** By how they are written. */
const signs: ReadonlyMap<
  string,
  { readonly kind: '(' | ')' | 'AND' | 'OR' | 'NOT' | '+' | '-'; readonly length: number }
> = new Map([
  ['(', { kind: '(', length: 1 }],
  [')', { kind: ')', length: 1 }],
  ['&&', { kind: 'AND', length: 2 }],
  ['||', { kind: 'OR', length: 2 }],
  ['!', { kind: 'NOT', length: 1 }],
  ['+', { kind: '+', length: 1 }],
  ['-', { kind: '-', length: 1 }],
])

/** @throws for syntax of Lucene's and its heirs that would be mistaken for text. */
function refuseUnserved(character: string): void {
  if (character === '/') throw operationNotSupported('Regular expressions in q are not supported')
  if (character === '~' || character === '^') throw operationNotSupported(`${character} in q is not supported`)
  if (character === '<' || character === '>') throw operationNotSupported('Write ranges in q as [a TO b]')
}

function rangeOf([, opening, from, to, closing]: RegExpExecArray): SearchRange {
  const [first, last] = [endOf(from!), endOf(to!)]
  return {
    ...(first !== undefined && { from: first }),
    ...(last !== undefined && { to: last }),
    fromInclusive: opening === '[',
    toInclusive: closing === ']',
  }
}

function endOf(text: string): SearchEnd | undefined {
  if (text === '*') return undefined
  const isQuoted = text.startsWith('"')
  return { text: unescaped(isQuoted ? text.slice(1, -1) : text), quoted: isQuoted }
}

function wordToken(word: string): SearchToken {
  if (word === 'AND' || word === 'OR' || word === 'NOT') return { kind: word }
  const opens = word.startsWith('*')
  const closes = /(?:^|[^\\])(?:\\\\)*\*$/.test(word)
  const middle = word === '*' ? '' : word.slice(opens ? 1 : 0, closes ? -1 : undefined)
  if (/(?:^|[^\\])(?:\\\\)*[*?]/.test(middle))
    throw operationNotSupported('Wildcards inside a word of q are not supported')
  const text = unescaped(middle)
  if (opens && text === '') return { kind: 'pattern', pattern: { kind: 'any' } }
  if (opens && text.length < minSuffixLength) {
    throw unreadable(`a word that starts with * has at least ${minSuffixLength} more characters`)
  }
  const kind = opens ? (closes ? 'contains' : 'ends-with') : closes ? 'starts-with' : 'equals'
  return { kind: 'pattern', pattern: { kind, text } }
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1')
}

export function unreadable(why: string): Error {
  return invalidQuery(`The search in q cannot be read: ${why}`)
}
