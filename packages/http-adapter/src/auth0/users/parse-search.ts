import type { SearchExpression } from './search-expression'
import { type SearchToken, tokenizeSearch, unreadable } from './tokenize-search'

const maxDepth = 50

/** A term of a group, as it stands there. */
interface Term {
  /** How it is joined to the term before it; `undefined`: it just follows. */
  readonly operator: 'AND' | 'OR' | undefined
  /** `-` of `NOT` too. */
  readonly sign: '+' | '-' | undefined
  readonly expression: SearchExpression
}

/**
 * Reads the service's search syntax (Lucene's): `member:value`, quoted values, `*` at either end, `_exists_:member`,
 * ranges, `AND`, `OR`, `NOT` and their signs, and parentheses, around values too. `NOT` binds closest, then `AND`.
 * Terms that just follow each other need a `+`, `-` or `NOT` among them: what is asked by none is not certain.
 *
 * @throws {@link Auth0Error} 400 `invalid_query_string` for what cannot be read, `operation_not_supported` for boosts and
 * other syntax that is not served.
 * @see https://lucene.apache.org/core/2_9_4/queryparsersyntax.html
 */
export function parseSearch(text: string): SearchExpression {
  const tokens = tokenizeSearch(text)
  let next = 0

  const takes = <K extends SearchToken['kind']>(...kinds: readonly K[]): K | undefined => {
    const kind = kinds.find((one) => one === tokens[next]?.kind)
    if (kind !== undefined) next += 1
    return kind
  }
  const group = (member: string | undefined, depth: number): SearchExpression => {
    if (depth > maxDepth) throw unreadable('it nests too deeply')
    const terms = [term(member, depth, undefined)]
    while (next < tokens.length && tokens[next]?.kind !== ')') {
      terms.push(term(member, depth, takes('AND', 'OR')))
    }
    return joined(terms)
  }
  const term = (member: string | undefined, depth: number, operator: Term['operator']): Term => {
    const sign = takes('+', '-', 'NOT')
    if (sign === undefined || sign === '+') return { operator, sign, expression: clause(member, depth) }
    return { operator, sign: '-', expression: { op: 'not', part: negated(member, depth + 1) } }
  }
  const negated = (member: string | undefined, depth: number): SearchExpression => {
    if (depth > maxDepth) throw unreadable('it nests too deeply')
    return takes('NOT', '-') ? { op: 'not', part: negated(member, depth + 1) } : clause(member, depth)
  }
  const clause = (member: string | undefined, depth: number): SearchExpression => {
    const token = tokens[next]
    next += 1
    switch (token?.kind) {
      case '(': {
        const inner = group(member, depth + 1)
        if (!takes(')')) throw unreadable('a parenthesis is not closed')
        return inner
      }
      case 'member':
        if (member !== undefined) throw unreadable('a value holds another member')
        return token.name === '_exists_' ? existence(tokens[next++]) : memberValue(token.name, depth)
      case 'pattern':
        return { op: 'match', member, pattern: token.pattern }
      case 'range':
        if (member === undefined) throw unreadable('a range is of no member')
        return { op: 'range', member, range: token.range }
      default:
        throw unreadable('a term is missing')
    }
  }
  const memberValue = (member: string, depth: number): SearchExpression => {
    const { kind } = tokens[next] ?? { kind: ')' }
    if (kind !== '(' && kind !== 'pattern' && kind !== 'range') throw unreadable('a value is missing')
    return clause(member, depth)
  }

  const expression = group(undefined, 0)
  if (next < tokens.length) throw unreadable('a parenthesis was not opened')
  return expression
}

function existence(token: SearchToken | undefined): SearchExpression {
  if (token?.kind !== 'pattern' || token.pattern.kind !== 'equals') throw unreadable('_exists_ names no member')
  return { op: 'exists', member: token.pattern.text }
}

function joined(terms: readonly Term[]): SearchExpression {
  const following = terms.slice(1)
  if (following.every(({ operator }) => operator !== undefined)) return joinedByOperators(terms)
  if (following.some(({ operator }) => operator === 'OR')) throw unreadable('an operator is missing')
  if (following.some(({ operator }) => operator === 'AND')) {
    if (following.some(({ operator, sign }) => operator === undefined && sign === undefined))
      throw unreadable('an operator is missing')
    return all(terms)
  }
  return joinedBySigns(terms)
}

function joinedByOperators(terms: readonly Term[]): SearchExpression {
  const alternatives: Term[][] = []
  for (const term of terms) {
    if (term.operator === 'AND') alternatives.at(-1)!.push(term)
    else alternatives.push([term])
  }
  if (alternatives.length === 1) return all(terms)
  // What has to be there is no alternative.
  if (terms.some(({ sign }) => sign === '+')) throw unreadable('there is a + beside OR')
  return { op: 'or', parts: alternatives.map(all) }
}

/** Terms with `+` have to hold, those with `-` must not; one of the others has to where there is none with `+`. */
function joinedBySigns(terms: readonly Term[]): SearchExpression {
  const decisive = terms.filter(({ sign }) => sign !== undefined)
  if (decisive.length === 0) throw unreadable('an operator is missing')
  const optional = terms.filter(({ sign }) => sign === undefined).map(({ expression }) => expression)
  if (optional.length === 0 || decisive.some(({ sign }) => sign === '+')) return all(decisive)
  const alternatives: SearchExpression = optional.length === 1 ? optional[0]! : { op: 'or', parts: optional }
  return { op: 'and', parts: [alternatives, ...decisive.map(({ expression }) => expression)] }
}

function all(terms: readonly Term[]): SearchExpression {
  const parts = terms.map(({ expression }) => expression)
  return parts.length === 1 ? parts[0]! : { op: 'and', parts }
}
