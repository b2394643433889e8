import { createDirectory } from '@indwell/core'
import { bootstrap, writeTokenFile } from './bootstrap'
import { curlLines } from './curl-lines'
import { serve } from './serve'
import { readSettings } from './settings'
import { storageFromUrl } from './storage-from-url'

/** What went wrong in one line, without the stack: a mistake of settings and surroundings, not of code. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Where each address of a host name was tried, the reasons are in `errors` and the message is empty.
  const text = error.message || (error instanceof AggregateError ? error.errors.map(explain).join(', ') : error.name)
  return error.cause === undefined ? text : `${text}: ${explain(error.cause)}`
}

async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const directory = await createDirectory({ storage: storageFromUrl(settings.databaseUrl) })
  const { made, ignored } = await bootstrap(directory, settings)
  const { url, close } = await serve(directory, settings)

  let isStopping = false
  const shutDown = async () => {
    // Asked twice, as by a terminal and the package manager at once, it still stops in good order.
    if (isStopping) return
    isStopping = true
    await close()
    await directory.close().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', shutDown).on('SIGINT', shutDown)

  const shownOnce = made === undefined ? [] : [`token of the owner, shown only this once: ${made}`]
  // In one write: who waits for the first line can read them all.
  console.log([`indwell listening on ${url}`, ...shownOnce, ...curlLines(url, made)].join('\n'))
  if (ignored) console.error('INDWELL_OWNER_TOKEN is not a token of this database and opens nothing')
  if (made !== undefined && settings.tokenFile !== undefined) {
    await writeTokenFile(settings.tokenFile, made).catch((error) => console.error(`INDWELL_TOKENS: ${explain(error)}`))
  }
}

function fail(error: unknown): void {
  console.error(`indwell: ${explain(error)}`)
  process.exit(1)
}

await main().catch(fail)
