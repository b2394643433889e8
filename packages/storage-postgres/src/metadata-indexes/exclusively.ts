import { StorageUnavailableError } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connections, Run } from '../connections'
import { compileStatement, tableReference } from '../statement-cache'
import { isLostRace, translateError } from '../translate-error'

const tries = 30
const pauseMs = 100

/** As long as others wait behind this one for a writer that does not end. */
const lockTimeout = compileStatement(sql`set local lock_timeout = '200ms'`)
const begin = compileStatement(sql`begin isolation level read committed`)
const end = compileStatement(sql`commit`)
const rollback = compileStatement(sql`rollback`)

export type Exclusively = <T>(work: (run: Run) => Promise<T>) => Promise<T>

/**
 * Runs work while nobody writes to a table.
 *
 * A statement takes the locks of its tables before its snapshot. So who wrote before is through, to be seen by every
 * statement of the work, and who writes afterwards sees all that the work did.
 *
 * @throws `StorageUnavailableError` `busy` when a transaction that writes to the table does not end.
 */
export function exclusively(connections: Connections, names: TableNames, table: string): Exclusively {
  const lock = compileStatement(sql`lock table ${tableReference(names, table)} in share row exclusive mode`)
  const attempt = <T>(work: (run: Run) => Promise<T>) =>
    connections.borrow(async (run) => {
      try {
        await run(begin, {})
        try {
          await run(lockTimeout, {})
          await run(lock, {})
          const answer = await work(run)
          await run(end, {})
          return { answer }
        } catch (error) {
          await run(rollback, {}).catch(() => undefined)
          throw error
        }
      } catch (error) {
        if (isLostRace(error, names)) return { error }
        const translated = translateError(error, 'write')
        if (translated instanceof StorageUnavailableError && translated.reason === 'busy') return { error }
        throw translated
      }
    })

  return async (work) => {
    for (let count = 1; ; count++) {
      const outcome = await attempt(work)
      if ('answer' in outcome) return outcome.answer
      if (count === tries) throw new StorageUnavailableError('busy', { cause: outcome.error })
      await new Promise((resolve) => setTimeout(resolve, pauseMs * Math.random()))
    }
  }
}
