import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What is printed instead of doing anything, and the code to exit with. */
export interface Said {
  readonly says: string
  readonly exitCode: 0 | 2
}

export const isSaid = (read: object): read is Said => 'says' in read

const help = { help: { type: 'boolean', short: 'h', default: false } } as const

type Options = NonNullable<ParseArgsConfig['options']>
type Asked<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: O & typeof help }>
>

/** What a command line asks for; the usage where it asks for that, or for what there is not. */
export function readCommandLine<const O extends Options>(
  args: readonly string[],
  options: O,
  usage: string,
): Asked<O> | Said {
  try {
    const asked = parseArgs({ args: [...args], allowPositionals: true, options: { ...options, ...help } })
    return (asked.values as { readonly help?: boolean }).help ? { says: usage, exitCode: 0 } : (asked as Asked<O>)
  } catch (error) {
    if (!isAboutArguments(error)) throw error
    // Node goes on with how to hand over a file of that name.
    return misread(error.message.split('. ')[0]!, usage)
  }
}

export const misread = (fault: string, usage: string): Said => ({ says: `${fault}\n\n${usage}`, exitCode: 2 })

function isAboutArguments(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
