import { fileURLToPath } from 'node:url'
import { isSaid, type Said } from '../scripts/command-line'
import { readArguments } from './arguments'
import { findClusterPrograms } from './failover/cluster-programs'
import { clusterParts, parts, runPart } from './parts'
import type { PartResult } from './tally'

const asked = readArguments(process.argv.slice(2))
if (isSaid(asked)) leave(asked)
const { cluster, rounds, seed = Math.floor(Math.random() * 2 ** 32), seconds = 20 } = asked
// Alone unless more is named.
const chosen = cluster ? [...clusterParts.map(({ name }) => name), ...asked.chosen] : asked.chosen

if (cluster) await findClusterPrograms().catch((error: Error) => fail(error.message))

const wanted = [...parts, ...(cluster ? clusterParts : [])].filter(
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
  const result = await runPart(part, {
    seed,
    rounds: rounds ?? part.rounds,
    files,
    durationMs: 1000 * seconds,
    progress: showProgress,
  })
  results.push(result)
  endProgress(`${summary(result)} in ${Math.round((Date.now() - started) / 1000)} s`)
  for (const flaw of result.flaws) console.log(`  ${flaw}`)
}

const sum = (number: (result: PartResult) => number) => results.reduce((total, result) => total + number(result), 0)
const failed = sum(({ failedRounds }) => failedRounds)
console.log(`seed ${seed}: ${sum((result) => result.rounds) - failed} rounds passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

function fail(text: string): never {
  leave({ says: text, exitCode: 2 })
}

function leave({ says, exitCode }: Said): never {
  console[exitCode === 0 ? 'log' : 'error'](says)
  process.exit(exitCode)
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
