import { asText } from './list-parameter'
import type { PostgresClient, PostgresRow, PostgresValue } from './postgres-pool'
import { runMessage } from './run-message'
import { beginWait, endWait } from './waits'

/** What of `pg.Connection` a query of one's own sends by: the messages of the extended protocol. */
interface Wire {
  readonly stream: { readonly writable: boolean; write(bytes: Uint8Array): unknown; cork?(): void; uncork?(): void }
  /** Texts by the names under which this connection has them. The client adds what was parsed. */
  readonly parsedStatements: Readonly<Record<string, string>>
  parse(message: { readonly name: string; readonly text: string }): void
}

/** A statement with its parameters; without a name it is parsed at every run. */
export interface Prepared {
  readonly name: string | undefined
  readonly text: string
  readonly values: PostgresValue[]
  readonly timeoutMs: number
}

const asWritten = { getTypeParser: () => (value: string) => value }

/**
 * A query that asks for no description of its rows, which the driver's own asks for at every run: a fifth of the time of a
 * short one. Whoever stands between and hands the driver a copy of its members gets the same rows.
 *
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export class PreparedQuery {
  readonly name: string | undefined
  readonly text: string
  readonly values: PostgresValue[]
  readonly rowMode = 'array'
  readonly types = asWritten
  readonly #rows: PostgresRow[] = []

  constructor(
    { name, text, values }: Omit<Prepared, 'timeoutMs'>,
    /** The driver, and those who watch it, put another in its place. */
    readonly callback: (error: unknown, result?: { readonly rows: readonly unknown[] }) => void,
  ) {
    this.name = name
    this.text = text
    this.values = values
  }

  submit(wire: Wire): void {
    const { name = '', text, values } = this
    const { stream } = wire
    const run = runMessage(name, values)
    if (name !== '' && wire.parsedStatements[name] !== undefined) {
      if (stream.writable) stream.write(run)
      return
    }
    // Else the system gets the messages one by one.
    stream.cork?.()
    try {
      wire.parse({ name, text })
      if (stream.writable) stream.write(run)
    } finally {
      stream.uncork?.()
    }
  }

  handleDataRow({ fields }: { readonly fields: PostgresRow }): void {
    this.#rows.push(fields)
  }

  handleReadyForQuery(): void {
    this.callback(null, { rows: this.#rows })
  }

  handleError(error: unknown): void {
    this.callback(error)
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
}

type QueryingClient = Pick<PostgresClient, 'query' | 'connection' | 'pipeline'>

/** Answers the rows of a statement, each column as the server wrote it. Rejects as the driver does, also when it is late. */
export function runQuery(client: QueryingClient, prepared: Prepared): Promise<readonly PostgresRow[]> {
  if (wireOf(client) === undefined) return runByDriver(client, prepared)
  return new Promise((resolve, reject) => {
    const wait = beginWait(prepared.timeoutMs, () => reject(new Error('no answer in time')))
    const answered = (error: unknown, result?: { readonly rows: readonly unknown[] }) => {
      endWait(wait)
      if (error) reject(error)
      else resolve(result!.rows as readonly PostgresRow[])
    }
    client.query(new PreparedQuery(prepared, answered))
  })
}

async function runByDriver(
  client: QueryingClient,
  { name, text, values, timeoutMs }: Prepared,
): Promise<readonly PostgresRow[]> {
  const named = name === undefined ? {} : { name }
  const asked = { ...named, text, values: values.map(asText), rowMode: 'array', types: asWritten } as const
  const { rows } = await client.query({ ...asked, query_timeout: timeoutMs })
  return rows as readonly PostgresRow[]
}

/** Undefined for what is no node-postgres underneath, and for clients that refuse queries other than their own. */
const wireOf = ({ connection, pipeline }: QueryingClient): object | undefined =>
  pipeline !== true && typeof connection === 'object' && connection !== null && 'parsedStatements' in connection
    ? connection
    : undefined
