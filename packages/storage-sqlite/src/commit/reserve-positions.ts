import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'

/** Takes the next `count` places in the order of all events of the file, and answers the first. */
export function reservePositions({ names, builder, statements }: Connection): (count: number) => number {
  const query = builder
    .updateTable(names.feed)
    .set({ position: sql`position + ${param('count')}` })
    .where('instance_id', '=', sql.lit(''))
    .returning('position')
  const update = statements.keep('rows', compile(query, ['count']))
  return (count) => {
    const [last] = update().get(count) as readonly [number]
    return last - count + 1
  }
}
