import { indexMember } from '../encryption/envelope'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { MetadataIndex } from '../storage/metadata-index'
import type { MetadataCondition, ValueTest } from '../storage/search'
import type { AskedCondition } from './compile-where'
import type { FoundKind } from './found-fields'

/** What becomes of a query that asks for metadata which no index finds. */
export type UnindexedPolicy = 'refuse' | 'warn' | 'allow'

/** A condition on metadata that reads all there is. */
export interface UnindexedCondition {
  /** Where in the query: `where.metadata.plan`. */
  readonly where: string
  /** The index that would have to be declared. */
  readonly index: MetadataIndex
  /** `undeclared`: there is none. `operator`: there is, but none finds what contains a text or ends with it. */
  readonly reason: 'undeclared' | 'operator'
  /** In words, with how to declare the index. */
  readonly problem: string
}

/** What a directory was told of queries without an index, and the indexes that it declares. */
export interface UnindexedRules {
  readonly policy: UnindexedPolicy
  readonly declared: readonly MetadataIndex[]
  readonly onUnindexed: ((condition: UnindexedCondition) => void) | undefined
}

const policies: readonly unknown[] = ['refuse', 'warn', 'allow'] satisfies UnindexedPolicy[]

/** @throws {@link InvalidInputError} `unindexed` for what is none, and for warnings that nobody would hear. */
export function parsePolicy(given: unknown, rules: Pick<UnindexedRules, 'onUnindexed'> | undefined): UnindexedPolicy {
  if (!policies.includes(given)) throw new InvalidInputError('unindexed', 'must be refuse, warn or allow')
  if (given === 'warn' && rules?.onUnindexed === undefined) {
    throw new InvalidInputError('unindexed', 'cannot warn without onUnindexed of createDirectory')
  }
  return given as UnindexedPolicy
}

/**
 * Refuses or tells of conditions on metadata that no declared index finds, each for itself. What is declared decides and not
 * what is there, so that a query is refused in a test as it is in production.
 *
 * @throws {@link InvalidInputError} naming the place, the key and how to declare the index.
 */
export function heedUnindexed(
  kind: FoundKind,
  asked: readonly AskedCondition[],
  given: unknown,
  rules: UnindexedRules | undefined,
): void {
  const policy = given === undefined ? (rules?.policy ?? 'allow') : parsePolicy(given, rules)
  if (policy === 'allow' || kind === 'member') return
  for (const one of asked) {
    if (!('condition' in one)) continue
    const { namespace, path, test }: MetadataCondition = one.condition
    const index: MetadataIndex = { subjectType: kind, namespace, path }
    // A blind index is declared along with its key. What else is asked of what is encrypted is refused in any case.
    const blind: MetadataIndex = { ...index, path: [...path, indexMember] }
    if (rules?.declared.some((declared) => isSame(declared, blind))) continue
    const isDeclared = rules?.declared.some((declared) => isSame(declared, index)) === true
    if (isDeclared && isFoundByIndex(test)) continue
    const reason = isDeclared ? 'operator' : 'undeclared'
    const problem = isDeclared ? 'is not found by an index: none finds parts of texts' : undeclared(index)
    if (policy === 'refuse') throw new InvalidInputError(one.where, problem)
    rules!.onUnindexed!({ where: one.where, index, reason, problem })
  }
}

/** Whether an index of the place finds what passes. */
export const isFoundByIndex = (test: ValueTest): boolean =>
  test.op !== 'text' || test.method === 'equals' || test.method === 'starts-with'

const isSame = (a: MetadataIndex, b: MetadataIndex) =>
  a.subjectType === b.subjectType && a.namespace === b.namespace && JSON.stringify(a.path) === JSON.stringify(b.path)

function undeclared({ subjectType, namespace, path }: MetadataIndex): string {
  const names = path.map((name) => `'${name}'`).join(', ')
  const declaration = `metadataIndexes: [{ subjectType: '${subjectType}', namespace: '${namespace}', path: [${names}] }]`
  const [key, ...members] = path
  const defined = members.length === 0 ? `indexed: true for '${key}' in defineMetadata, or ` : ''
  return `is not indexed: declare ${defined}${declaration} in createDirectory`
}
