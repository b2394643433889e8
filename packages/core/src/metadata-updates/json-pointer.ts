import { InvalidInputError } from '../errors/invalid-input-error'

/**
 * The names a pointer goes through; none for the whole document.
 *
 * @throws {@link InvalidInputError} naming `at`, where the pointer stands, for what is none.
 * @see RFC 6901
 */
export function parsePointer(at: string, pointer: unknown): readonly string[] {
  if (typeof pointer !== 'string') throw new InvalidInputError(at, 'must be a JSON Pointer')
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) {
    throw new InvalidInputError(at, 'must be a JSON Pointer: empty, or / before each name, with ~1 for / and ~0 for ~')
  }
  return pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const indexPattern = /^(?:0|[1-9][0-9]{0,15})$/

/** The place in a list that a name of a pointer stands for; `undefined` for what is none. */
export const indexOf = (name: string): number | undefined => (indexPattern.test(name) ? Number(name) : undefined)
