import pg from 'pg'
import { rememberSocket } from './take-back'
import { noticeUnconfirmed } from './unconfirmed'

/** A connection of a pool that the storage opened itself. */
export class OwnClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config)
    // The pool listens while a client is idle, and we while it works; what breaks in between would end the process.
    this.on('error', () => {})
    rememberSocket(this)
    noticeUnconfirmed(this)
  }
}
