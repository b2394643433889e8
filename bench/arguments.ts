import { isSaid, readCommandLine, type Said } from '../scripts/command-line'
import { groups, largeGroups } from './groups'

/** What the bench is asked for. docs/speed.md has examples. */
export interface BenchArguments {
  readonly json?: string | undefined
  readonly all?: string | undefined
  readonly plot?: string | undefined
  readonly readme?: string | undefined
  /** One for each run. */
  readonly from?: readonly string[] | undefined
  readonly large: boolean
  /** Groups, and texts that names of rows hold. */
  readonly chosen: readonly string[]
}

export const usage = `pnpm bench [GROUP | TEXT]… [options]

Measures rows of the groups, or rows whose name holds one of the texts; everything but the large tables where none is given.
Groups: ${groups.join(', ')}; with --large: ${largeGroups.join(', ')}.

  --large        the tables of millions of entries, and searches, too
  --json FILE    write the rows that have a mark
  --all FILE     write all rows, with operations in a second
  --plot FILE    draw the rows that have a mark, as SVG
  --readme FILE  put them in the table of a README
  --from FILE    take them from an earlier run's --json instead of measuring; of several runs the median counts
  --help         this
`

/** What a command line asks for, or what is said about it. */
export function readArguments(args: readonly string[]): BenchArguments | Said {
  const asked = readCommandLine(
    args,
    {
      json: { type: 'string' },
      all: { type: 'string' },
      plot: { type: 'string' },
      readme: { type: 'string' },
      from: { type: 'string', multiple: true },
      large: { type: 'boolean', default: false },
    },
    usage,
  )
  if (isSaid(asked)) return asked
  const { help: _, large = false, ...files } = asked.values
  return { ...files, large, chosen: asked.positionals }
}
