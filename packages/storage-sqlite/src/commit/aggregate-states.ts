import type { AggregateChange, AggregateKey, AggregateType } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { addToSequence } from './add-to-sequence'
import { sequenceParameter } from './sequence-parameter'

/** An aggregate as the commits of a batch so far have left it. */
export interface AggregateState {
  readonly key: AggregateKey
  /** `'0'`: no row yet. */
  sequence: string
  revision: number
  live: boolean
  changedAt: number
  /** What the batch still has to write: nothing, the moving columns, or the whole row. */
  unsaved: 'nothing' | 'moves' | 'row'
  owner: string
}

/** The aggregates of one batch: each is read once and written once, however many of its commits touch it. */
export interface AggregateStates {
  get(key: AggregateKey): AggregateState
  /**
   * Writes an aggregate that was never there as it will be, and knows it as it was. False: it may have been there, and
   * nothing was written.
   */
  create(change: AggregateChange, at: number): boolean
  /** Writes what moved. What is asked for next is read again. */
  save(): void
}

type Row = readonly [sequence: string, revision: number, live: number, changedAt: number]

const key = ['instanceId', 'type', 'id']
const moves = ['sequence', 'revision', 'live', 'changedAt']

/** Writes the columns of an aggregate that move. */
function saveMoved({ names, builder, statements }: Connection): (instanceId: string, state: AggregateState) => void {
  const update = statements.keep('run', () =>
    compile(
      builder
        .updateTable(names.aggregate)
        .set({
          sequence: param('sequence'),
          revision: param('revision'),
          live: param('live'),
          changed_at: param('changedAt'),
        })
        .where('instance_id', '=', param('instanceId'))
        .where('type', '=', param('type'))
        .where('id', '=', param('id')),
      [...moves, ...key],
    ),
  )
  return (instanceId, { key: { type, id }, sequence, revision, live, changedAt }) => {
    update().run(sequenceParameter(sequence), revision, live ? 1 : 0, changedAt, instanceId, type, id)
  }
}

export function aggregateStates(connection: Connection): (instanceId: string) => AggregateStates {
  const { names, builder, statements } = connection
  const select = statements.keep('rows', () =>
    compile(
      builder
        .selectFrom(names.aggregate)
        .select([sql`cast(sequence as text)`.as('sequence'), 'revision', 'live', 'changed_at'])
        .where('instance_id', '=', param('instanceId'))
        .where('type', '=', param('type'))
        .where('id', '=', param('id')),
      key,
    ),
  )
  const update = saveMoved(connection)
  const insertion = () =>
    builder.insertInto(names.aggregate).values({
      instance_id: param('instanceId'),
      type: param('type'),
      id: param('id'),
      owner: param('owner'),
      sequence: param('sequence'),
      revision: param('revision'),
      live: param('live'),
      changed_at: param('changedAt'),
    })
  const insert = statements.keep('run', () =>
    compile(
      insertion().onConflict((conflict) => conflict.doNothing()),
      [...key, 'owner', ...moves],
    ),
  )
  const upsert = statements.keep('run', () =>
    compile(
      insertion().onConflict((conflict) =>
        conflict.columns(['instance_id', 'type', 'id']).doUpdateSet((eb) => ({
          owner: eb.ref('excluded.owner'),
          sequence: eb.ref('excluded.sequence'),
          revision: eb.ref('excluded.revision'),
          live: eb.ref('excluded.live'),
          changed_at: eb.ref('excluded.changed_at'),
        })),
      ),
      [...key, 'owner', ...moves],
    ),
  )

  return (instanceId) => {
    // Apart by type: a name made of both would be a text to make and to hash for each look.
    const ofType: { [Type in AggregateType]?: Map<string, AggregateState> } = {}
    const touched: AggregateState[] = []
    const statesOf = (type: AggregateType) => {
      let states = ofType[type]
      if (states === undefined) {
        states = new Map()
        ofType[type] = states
      }
      return states
    }
    return {
      get(key) {
        const states = statesOf(key.type)
        let state = states.get(key.id)
        if (state === undefined) {
          const row = select().get(instanceId, key.type, key.id) as Row | undefined
          state = {
            key,
            sequence: row === undefined ? '0' : row[0],
            revision: row === undefined ? 0 : row[1],
            live: row !== undefined && row[2] === 1,
            changedAt: row === undefined ? 0 : row[3],
            unsaved: 'nothing',
            owner: '',
          }
          states.set(key.id, state)
          touched.push(state)
        }
        return state
      },
      create({ key, owner, events, revise }, at) {
        const { type, id } = key
        const states = statesOf(type)
        // What the batch has read or made may not be in the table yet.
        if (states.has(id)) return false
        const { changes } = insert().run(instanceId, type, id, owner, events.length, revise ? 1 : 0, 1, at)
        if (Number(changes) === 0) return false
        const state: AggregateState = {
          key,
          sequence: '0',
          revision: 0,
          live: false,
          changedAt: 0,
          unsaved: 'nothing',
          owner,
        }
        states.set(id, state)
        touched.push(state)
        return true
      },
      save() {
        for (const state of touched) {
          if (state.unsaved === 'moves') update(instanceId, state)
          else if (state.unsaved === 'row') {
            const { key, owner, sequence, revision, live, changedAt } = state
            upsert().run(instanceId, key.type, key.id, owner, sequence, revision, live ? 1 : 0, changedAt)
          }
        }
        for (const states of Object.values(ofType)) states.clear()
        touched.length = 0
      },
    }
  }
}

/** @param at - The time of the change's events, in milliseconds since the epoch. */
export function moveAggregate(state: AggregateState, change: AggregateChange, at: number): void {
  const live = change.removes !== true
  if (change.events.length === 0 && !change.revise && state.live === live) return
  // An aggregate that comes back may belong to another org than before.
  if (change.expect === 'new') {
    state.owner = change.owner
    state.unsaved = 'row'
  } else if (state.unsaved === 'nothing') state.unsaved = 'moves'
  if (change.events.length > 0) {
    state.sequence = addToSequence(state.sequence, change.events.length)
    state.changedAt = at
  }
  if (change.revise) state.revision++
  state.live = live
}
