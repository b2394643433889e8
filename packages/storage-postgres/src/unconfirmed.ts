import type pg from 'pg'

/** Clients that were told of a commit that no standby has confirmed. */
const unconfirmed = new WeakSet<object>()

/** Where Postgres says it, in whatever language: https://doxygen.postgresql.org/syncrep_8c.html */
const routine = 'SyncRepWaitForLSN'

/**
 * Listens for the warning with which a server answers a commit whose wait for a standby was cancelled. The commit is there
 * as long as the server is, and gone when a standby takes over that has not received it.
 */
export function noticeUnconfirmed(client: pg.Client): void {
  client.on('notice', (notice) => {
    if (notice.routine === routine) unconfirmed.add(client)
  })
}

/** Whether it happened since this was asked last. */
export function wasUnconfirmed(client: object): boolean {
  return unconfirmed.delete(client)
}
