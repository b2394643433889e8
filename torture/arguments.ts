import { isSaid, misread, readCommandLine, type Said } from '../scripts/command-line'
import { clusterParts, parts } from './parts'

/** What torture is asked for. docs/durability.md has examples. */
export interface TortureArguments {
  /** Parts by their names: all of them where none is named. */
  readonly chosen: readonly string[]
  readonly cluster: boolean
  readonly seed?: number
  readonly rounds?: number
  readonly seconds?: number
}

const names = parts.map(({ name }) => name)

export const usage = `pnpm torture [PART]… [options]

Kills what writes to the storages, and looks for what was lost: every part where none is named, for many minutes.
Parts: ${names.join(', ')}

  --cluster     ${clusterParts.map(({ name }) => name).join(', ')} alone, or beside the parts that are named; it says which programs it misses
  --seed N      make the choices of an earlier run again
  --rounds N    of each part
  --seconds N   of each round in which processes read and write at once
  --help        this
`

/** What a command line asks for, or what is said about it. */
export function readArguments(args: readonly string[]): TortureArguments | Said {
  const asked = readCommandLine(
    args,
    {
      seed: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      cluster: { type: 'boolean', default: false },
    },
    usage,
  )
  if (isSaid(asked)) return asked
  const { cluster = false, seed, rounds, seconds } = asked.values
  const unknown = asked.positionals.find((name) => !names.includes(name))
  if (unknown !== undefined) return misread(`No part is called ${unknown}`, usage)
  const counts: Record<string, number> = {}
  for (const [name, text] of Object.entries({ seed, rounds, seconds })) {
    if (text === undefined) continue
    if (!/^\d{1,15}$/.test(text)) return misread(`--${name} takes a whole number`, usage)
    counts[name] = Number(text)
  }
  return { ...counts, cluster, chosen: asked.positionals }
}
