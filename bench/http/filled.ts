import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What the requests are about. */
export interface Filled {
  /** Has an entry `key` in the namespace `zitadel`. */
  readonly userId: string
}

/** Fills a file from a process of its own. */
export function fillFile(filename: string, token: string): Filled {
  const program = fileURLToPath(new URL('./fill-file.mjs', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [program, filename, token], { encoding: 'utf8' })) as Filled
}
