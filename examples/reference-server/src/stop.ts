import type { Server } from 'node:http'

/** How long running requests may take to finish. */
const graceMs = 10_000
/** How often connections are looked at that stayed open behind their last answer. */
const sweepMs = 50

/** Stops accepting, waits for the requests that run, 10 seconds at most, and cuts off those that are left. */
export async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // `close` ends the connections that idle now, not those that will.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs)
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
}
