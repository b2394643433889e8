import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const here = new URL('./', import.meta.url)

/** Those that are being built: events are not served yet. */
const toCome = [47, 48]

/** The numbers that a name begins with: of one vector, of 7 and 8, of 10 to 13, or of 1, 15 and 40. */
function numbersIn(source: string): readonly number[] {
  return [...source.matchAll(/['"`]vectors? (\d+(?:(?:, | and | to )\d+)*)/g)].flatMap(([, listed = '']) =>
    listed.split(/, | and /).flatMap((part) => {
      const [first = 0, last = first] = part.split(' to ').map(Number)
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    }),
  )
}

async function covered(files: readonly string[]): Promise<readonly number[]> {
  const sources = await Promise.all(files.map((file) => readFile(new URL(file, here), 'utf8')))
  for (const source of sources) expect(source).not.toMatch(/\b(it|describe)\.(skip|todo|only|fails)/)
  return [...new Set(sources.flatMap(numbersIn))].sort((a, b) => a - b)
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

it('has a test for each of the 60 vectors of users', async () => {
  expect(await covered(['user-vectors.test.ts'])).toEqual(upTo(60))
})

it('has a test for each of the 50 vectors of orgs', async () => {
  // The vectors of these are of users.
  const others = ['user-vectors.test.ts', 'strict.test.ts']
  const files = (await readdir(here)).filter((file) => file.endsWith('.test.ts') && !others.includes(file))
  const ofOrgs = await covered(files)

  expect(ofOrgs).toEqual(upTo(50).filter((vector) => ofOrgs.includes(vector) || !toCome.includes(vector)))
})
