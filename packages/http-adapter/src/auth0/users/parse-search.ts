import { invalidQuery, operationNotSupported } from '../error-catalogue'

/** What is looked for in a member. `*` outside quotes stands for any text, at the start, the end, or both. */
export type SearchPattern =
  | { readonly kind: 'equals' | 'starts-with' | 'ends-with' | 'contains'; readonly text: string }
  | { readonly kind: 'any' }

/** A search, read. A term without `member` looks at every text of the root. */
export type SearchExpression =
  | { readonly op: 'and' | 'or'; readonly parts: readonly SearchExpression[] }
  | { readonly op: 'not'; readonly part: SearchExpression }
  | { readonly op: 'exists'; readonly member: string }
  | { readonly op: 'match'; readonly member: string | undefined; readonly pattern: SearchPattern }

type Token =
  | { readonly kind: '(' | ')' | 'AND' | 'OR' | 'NOT' }
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'pattern'; readonly pattern: SearchPattern }

const maxTokens = 500
const maxDepth = 50
/** Shortest text a pattern may end with. */
const minSuffixLength = 3

/**
 * Reads the part of the service's search syntax (Lucene's) that is served: `member:value`, quoted values, `*` at either
 * end, `_exists_:member`, `AND`, `OR`, `NOT` and parentheses, around values too. `NOT` binds closest, then `AND`.
 *
 * @throws {@link Auth0Error} 400 `invalid_query_string` for what cannot be read, `operation_not_supported` for ranges,
 * boosts and other syntax that is not served.
 * @see https://lucene.apache.org/core/2_9_4/queryparsersyntax.html
 */
export function parseSearch(text: string): SearchExpression {
  const tokens = tokenize(text)
  let next = 0

  const takes = (kind: Token['kind']): boolean => {
    if (tokens[next]?.kind !== kind) return false
    next += 1
    return true
  }
  const disjunction = (member: string | undefined, depth: number): SearchExpression => {
    const parts = [conjunction(member, depth)]
    while (takes('OR')) parts.push(conjunction(member, depth))
    return parts.length === 1 ? parts[0]! : { op: 'or', parts }
  }
  const conjunction = (member: string | undefined, depth: number): SearchExpression => {
    const parts = [negation(member, depth)]
    while (takes('AND')) parts.push(negation(member, depth))
    return parts.length === 1 ? parts[0]! : { op: 'and', parts }
  }
  const negation = (member: string | undefined, depth: number): SearchExpression => {
    if (depth > maxDepth) throw unreadable('it nests too deeply')
    return takes('NOT') ? { op: 'not', part: negation(member, depth + 1) } : clause(member, depth)
  }
  const clause = (member: string | undefined, depth: number): SearchExpression => {
    const token = tokens[next]
    next += 1
    switch (token?.kind) {
      case '(': {
        const inner = disjunction(member, depth + 1)
        if (!takes(')')) throw unreadable('a parenthesis is not closed')
        return inner
      }
      case 'member':
        if (member !== undefined) throw unreadable('a value holds another member')
        return token.name === '_exists_' ? existence(tokens[next++]) : memberValue(token.name, depth)
      case 'pattern':
        return { op: 'match', member, pattern: token.pattern }
      default:
        throw unreadable('a term is missing')
    }
  }
  const memberValue = (member: string, depth: number): SearchExpression => {
    const { kind } = tokens[next] ?? { kind: ')' }
    if (kind !== '(' && kind !== 'pattern') throw unreadable('a value is missing')
    return clause(member, depth)
  }

  const expression = disjunction(undefined, 0)
  if (next < tokens.length) throw unreadable('an operator is missing')
  return expression
}

function existence(token: Token | undefined): SearchExpression {
  if (token?.kind !== 'pattern' || token.pattern.kind !== 'equals') throw unreadable('_exists_ names no member')
  return { op: 'exists', member: token.pattern.text }
}

const memberName = /([A-Za-z_][\w.-]*):/y
const quoted = /"((?:[^"\\]|\\[\s\S])*)"/y
const bare = /(?:[^\s()"\\:[\]{}^~+!&|/]|\\[\s\S]|[+&|!/](?=[^\s()"]))+/y

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const matched = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }

  while (at < text.length) {
    const character = text[at]!
    if (/\s/.test(character)) {
      at += 1
      continue
    }
    if (tokens.length === maxTokens) throw unreadable('it is too long')
    if (character === '(' || character === ')') {
      at += 1
      tokens.push({ kind: character })
      continue
    }
    refuseUnserved(character, text.slice(at, at + 2))
    const member = matched(memberName)
    if (member !== null) {
      tokens.push({ kind: 'member', name: member[1]! })
      continue
    }
    const phrase = matched(quoted)
    if (phrase !== null) {
      tokens.push({ kind: 'pattern', pattern: { kind: 'equals', text: unescaped(phrase[1]!) } })
      continue
    }
    const word = matched(bare)
    if (word === null) throw unreadable(`it cannot be read at character ${at + 1}`)
    tokens.push(wordToken(word[0]))
  }
  return tokens
}

/** @throws for syntax of Lucene's that would be mistaken for text. */
function refuseUnserved(character: string, pair: string): void {
  if (character === '[' || character === '{') throw operationNotSupported('Ranges in q are not supported')
  if (character === '/') throw operationNotSupported('Regular expressions in q are not supported')
  if (character === '~' || character === '^') throw operationNotSupported(`${character} in q is not supported`)
  if (character === '+' || character === '-' || character === '!' || pair === '&&' || pair === '||') {
    throw operationNotSupported('Write AND, OR and NOT in q instead of signs')
  }
}

function wordToken(word: string): Token {
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

function unreadable(why: string): Error {
  return invalidQuery(`The search in q cannot be read: ${why}`)
}
