/** The way from the outermost value to an inner one: member names and list positions. */
export type JsonPath = readonly (string | number)[]

/**
 * Where a member or element stands in a JSON text, as protojson says it: `line 1:10`, counted from 1, columns in code
 * points.
 *
 * @param source - Valid JSON without surrounding blanks.
 * @param part - `key`: the name of the last member of the path, else its value.
 */
export function locateJson(source: string, path: JsonPath, part: 'key' | 'value'): string {
  return positionAt(source, indexOfPath(source, path, part))
}

/** Line and column of an offset in UTF-16 units, as {@link locateJson} says them. */
export function positionAt(source: string, offset: number): string {
  const lines = source.slice(0, offset).split('\n')
  return `line ${lines.length}:${Array.from(lines.at(-1) ?? '').length + 1}`
}

function indexOfPath(source: string, path: JsonPath, part: 'key' | 'value'): number {
  let at = 0
  for (const [depth, segment] of path.entries()) {
    const entry = typeof segment === 'string' ? findMember(source, at, segment) : findElement(source, at, segment)
    if (entry === undefined) return at
    at = part === 'key' && depth === path.length - 1 ? entry.key : entry.value
  }
  return at
}

interface Entry {
  readonly key: number
  readonly value: number
}

/** The last member of that name, which is the one `JSON.parse` keeps. */
function findMember(source: string, object: number, name: string): Entry | undefined {
  let found: Entry | undefined
  let at = skipFiller(source, object + 1)
  while (source[at] === '"') {
    const key = at
    const keyEnd = skipString(source, at)
    const value = skipFiller(source, keyEnd)
    if (JSON.parse(source.slice(key, keyEnd)) === name) found = { key, value }
    at = skipFiller(source, skipValue(source, value))
  }
  return found
}

function findElement(source: string, list: number, position: number): Entry {
  let at = skipFiller(source, list + 1)
  for (let index = 0; index < position; index++) at = skipFiller(source, skipValue(source, at))
  return { key: at, value: at }
}

function skipValue(source: string, start: number): number {
  let depth = 0
  let at = start
  do {
    const character = source[at]
    if (character === '"') at = skipString(source, at)
    else {
      if (character === '{' || character === '[') depth += 1
      if (character === '}' || character === ']') depth -= 1
      at += 1
    }
  } while (at < source.length && (depth > 0 || !isBoundary(source[at])))
  return at
}

function isBoundary(character: string | undefined): boolean {
  return character === undefined || ',:]} \n\r\t'.includes(character)
}

function skipString(source: string, start: number): number {
  let at = source.indexOf('"', start + 1)
  while (at !== -1 && isEscaped(source, at)) at = source.indexOf('"', at + 1)
  return at === -1 ? source.length : at + 1
}

function isEscaped(source: string, quote: number): boolean {
  let backslashes = 0
  while (source[quote - 1 - backslashes] === '\\') backslashes += 1
  return backslashes % 2 === 1
}

/** Blanks and separators. */
function skipFiller(source: string, start: number): number {
  let at = start
  while (at < source.length && ',: \n\r\t'.includes(source[at] ?? '')) at += 1
  return at
}
