import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'

const database = new Database(':memory:')
database.exec('create table account (user_id text primary key, credit integer not null)')

export const log: string[] = []
export const directory = await createDirectory({
  storage: sqliteStorage({ database }),
  hooks: {
    // Before a call that writes: throw to refuse it.
    before({ method, actor }) {
      if (method === 'users.delete' && actor.type === 'user') throw new Error('only by the host')
    },
    // In the transaction of the commit, once its rows are there: throw to take all of it back.
    inTransaction({ events, connection }) {
      for (const { type, aggregate } of events) {
        if (type === 'user.human.added') {
          connection?.prepare('insert into account (user_id, credit) values (?, 10)').run(aggregate.id)
        }
      }
    },
    // Once it is there for good.
    afterCommit(events) {
      log.push(...events.map(({ type }) => type))
    },
  },
})

const { users } = directory.asSystem('sign-up')
const { userId } = await users.createHuman({ userName: 'ada' })
export const credit = database.prepare('select credit from account where user_id = ?').pluck().get(userId) // 10

// There is an account of that name already, so the hook throws, and the user never was.
database.prepare('insert into account (user_id, credit) values (?, 0)').run('bob')
export const refusal = await users.createHuman({ userId: 'bob', userName: 'bob' }).catch(({ code }) => code) // 'hook_refused'
export const bob = await users.getOrUndefined('bob') // undefined
