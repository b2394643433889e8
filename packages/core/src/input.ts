import * as v from 'valibot'
import { InvalidInputError } from './errors/invalid-input-error'

/** @throws {@link InvalidInputError} naming the first member that does not match. */
export function parseInput<const S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  throw new InvalidInputError(v.getDotPath(issue) ?? '', issue.message)
}

/** Length in code points, which is how ids, names and keys are limited. */
export function codePoints(text: string): number {
  let count = 0
  for (let index = 0; index < text.length; index += 1) {
    count += 1
    if (text.codePointAt(index)! > 0xffff) index += 1
  }
  return count
}

/** Whether every database can hold the text: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

export const notStorable = 'must not hold NUL or half of a surrogate pair'

/** Text of `min` to `max` code points that every database can hold. */
export const text = (min: number, max: number) =>
  v.pipe(
    v.string('must be text'),
    v.check(isStorable, notStorable),
    v.check(
      (value) => value.length <= max * 2 && (value.length >= min || min === 0) && within(codePoints(value), min, max),
      `must be ${min} to ${max} characters long`,
    ),
  )

const within = (count: number, min: number, max: number) => count >= min && count <= max

/** Ids are opaque: whatever text a caller brings, 1 to 200 characters. */
export const id = text(1, 200)

/** Milliseconds since the epoch. */
export const time = v.pipe(
  v.number('must be milliseconds since the epoch'),
  v.safeInteger('must be milliseconds since the epoch'),
)

const emailPattern =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

/** As a browser's e-mail field takes it. @see https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address */
export const emailAddress = v.pipe(text(1, 254), v.regex(emailPattern, 'must be an e-mail address'))

/** A number in international form; blanks and the usual marks between digits are dropped. Comes out as E.164. */
export const phoneNumber = v.pipe(
  text(1, 50),
  v.transform((value) => value.replace(/[\s().\-/]/g, '')),
  v.regex(/^\+[0-9]{1,15}$/, 'must be a phone number in international form'),
)

/** The members of `T` that hold something. */
export type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

/** A copy without the members that are `undefined`. */
export function definedMembers<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>
}
