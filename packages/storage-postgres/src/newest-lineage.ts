import { sqlState } from './translate-error'

/** Where a server's log stands: each promotion of a standby begins another timeline, with a larger number. */
export interface Place {
  /** The same for a server and all copies of its files. */
  readonly system: string
  readonly timeline: number
}

interface Found {
  readonly takesWrites: boolean
  /** `undefined`: the server does not say. */
  readonly place: Place | undefined
}

/** Remembers the newest timeline that any server was on. */
export interface NewestLineage {
  look(client: LookingClient): Promise<Found>
  /** Whether another server took over from one that is there. */
  isPast(place: Place | undefined): boolean
}

interface LookingClient {
  query(text: string): Promise<{ readonly rows: readonly unknown[] }>
}

// Where it takes no writes its log has no place of its own. The file of the log begins with the timeline, as 8 hex digits.
const question = `
  select current_setting('transaction_read_only') as read_only,
    case when not pg_is_in_recovery() then (select system_identifier::text from pg_control_system()) end as system,
    case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as timeline`

interface Answer {
  readonly read_only: string
  readonly system: string | null
  readonly timeline: string | null
}

export function newestLineage(): NewestLineage {
  let newest: Place | undefined
  /** A service may keep such questions from its users. */
  let isAsked = true

  async function ask(client: LookingClient): Promise<Answer> {
    if (isAsked) {
      try {
        return (await client.query(question)).rows[0] as Answer
      } catch (error) {
        if (sqlState(error) === undefined) throw error
        isAsked = false
      }
    }
    const { rows } = await client.query(`select current_setting('transaction_read_only') as read_only`)
    return { system: null, timeline: null, ...(rows[0] as Pick<Answer, 'read_only'>) }
  }

  return {
    async look(client) {
      const { read_only: readOnly, system, timeline } = await ask(client)
      const takesWrites = readOnly === 'off'
      if (system === null || timeline === null) return { takesWrites, place: undefined }
      const place = { system, timeline: Number.parseInt(timeline, 16) }
      // Another system is another database, whatever its numbers: whoever put it there means it.
      const isNewest = newest?.system !== system || place.timeline > newest.timeline
      if (takesWrites && isNewest) newest = place
      return { takesWrites, place }
    },
    isPast: (place) =>
      place !== undefined &&
      newest !== undefined &&
      (place.system !== newest.system || place.timeline < newest.timeline),
  }
}
