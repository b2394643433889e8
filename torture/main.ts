import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findClusterPrograms } from './failover/cluster-programs'
import { clusterParts, parts, runPart } from './parts'
import type { PartResult } from './tally'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    cluster: { type: 'boolean', default: false },
  },
})

// Alone unless more is named.
const chosen = values.cluster ? [...clusterParts.map(({ name }) => name), ...positionals] : positionals
const unknown = positionals.filter((name) => !parts.some((part) => part.name === name))
if (unknown.length > 0)
  fail(`no part is called ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}`)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : count('seed', values.seed)
const durationMs = 1000 * (values.seconds === undefined ? 20 : count('seconds', values.seconds))
const rounds = values.rounds === undefined ? undefined : count('rounds', values.rounds)

if (values.cluster) await findClusterPrograms().catch((error: Error) => fail(error.message))

const wanted = [...parts, ...(values.cluster ? clusterParts : [])].filter(
  ({ name }) => chosen.length === 0 || chosen.includes(name),
)
const built = (name: string) => fileURLToPath(new URL(`./${name}.mjs`, import.meta.url))
const files = { crash: built('crash-child'), history: built('history-child') }

console.log(`torture with --seed ${seed}: ${wanted.map(({ name }) => name).join(' ')}`)
const results: PartResult[] = []
for (const part of wanted) {
  const missing = await part.missing?.()
  if (missing !== undefined) {
    // Whoever asked for it by its name shall not take it for passed.
    if (chosen.includes(part.name)) fail(`${part.name} cannot run: ${missing}`)
    console.log(`${part.name}: not run, for ${missing}`)
    continue
  }
  const started = Date.now()
  const result = await runPart(part, { seed, rounds: rounds ?? part.rounds, files, durationMs, progress: showProgress })
  results.push(result)
  endProgress(`${summary(result)} in ${Math.round((Date.now() - started) / 1000)} s`)
  for (const flaw of result.flaws) console.log(`  ${flaw}`)
}

const sum = (number: (result: PartResult) => number) => results.reduce((total, result) => total + number(result), 0)
const failed = sum(({ failedRounds }) => failedRounds)
console.log(`seed ${seed}: ${sum((result) => result.rounds) - failed} rounds passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

function count(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) fail(`--${name} takes a whole number`)
  return number
}

function fail(text: string): never {
  console.error(text)
  process.exit(2)
}

function summary({ name, rounds: ran, failedRounds, counts }: PartResult): string {
  const counted = Object.entries(counts).map(([what, number]) => `${number} ${what}`)
  return [`${name}: ${ran - failedRounds} of ${ran} rounds passed`, ...counted].join(', ')
}

/** One line that is written over where somebody watches, and one line in ten where nobody does. */
function showProgress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${text}`)
  else if (/[: ]\d*0\/|[: ]1\//.test(text)) console.log(text)
}

function endProgress(text: string): void {
  console.log(process.stdout.isTTY ? `\r\u001b[K${text}` : text)
}
