import type { RowName } from './row'

/** What a row shall reach. */
export interface Mark extends RowName {
  readonly mark: number
  /** Lower is better. */
  readonly atMost?: true
  /** Measured with `--large` only. */
  readonly large?: true
  /** What the ratio is to. */
  readonly against: string
}

const sqlite = (name: string, callers: number, mark: number) => ({ name, database: 'sqlite', callers, mark })
const postgres = (name: string, callers: number, mark: number) => ({ name, database: 'postgres', callers, mark })
const http = (name: string, callers: number, mark: number) => [
  sqlite(`${name} get metadata`, callers, mark),
  sqlite(`${name} bulk set 2`, callers, mark),
]

const statements = 'raw better-sqlite3 prepared statements that read the same rows'
const transaction = 'raw better-sqlite3 prepared statements in one transaction that write the same rows'
const transactions = `${transaction}, one for each caller`
const pg = 'one named prepared statement with raw pg, a CTE where it writes, on the same rows'
const betterAuth = "the same job through better-auth's in-process API on the same kind of database"

/** Every row that has to reach something, in the order of the table. */
export const marks: readonly Mark[] = [
  ...of(statements, [
    sqlite('get user', 1, 0.85),
    sqlite('get metadata', 1, 0.85),
    sqlite('list 100 users', 1, 1),
    sqlite('get user, checked', 1, 0.7),
  ]),
  ...of(transaction, [sqlite('set metadata', 1, 0.85), sqlite('create user', 1, 0.85)]),
  ...of(transactions, [sqlite('set metadata', 50, 1.2), sqlite('set metadata, synchronous=FULL', 50, 2.5)]),
  ...of('a raw get', [sqlite('get user, 1,000 at once', 1000, 0.6)]),
  ...of(pg, [postgres('get user', 1, 0.85), postgres('get metadata', 1, 0.85), postgres('set metadata', 1, 0.85)]),
  ...of(`${pg}, one for each call`, [
    postgres('get user', 50, 5),
    postgres('get metadata', 50, 5),
    postgres('set metadata', 50, 3),
  ]),
  ...of('a row that counts, bumped by one CTE for each write with raw pg', [
    postgres('set metadata of one user', 64, 15),
  ]),
  ...of('milliseconds, with 64 writers', [postgres('set metadata of one user, p99, ms', 64, 25)], { atMost: true }),
  ...of('the same while nobody writes', [postgres('get metadata of others meanwhile, p99', 64, 5)], { atMost: true }),
  ...of('`pgbench -N` with as many clients, writes to transactions', [
    postgres('set metadata, 8 connections', 8, 0.9),
    postgres('set metadata, 20 connections', 20, 0.9),
  ]),
  ...of('our own sets of one entry each', [
    sqlite('bulk set 100, per entry', 1, 2.2),
    postgres('bulk set 100, per entry', 1, 8),
  ]),
  ...of(
    'time of the same with 1,000 users',
    [
      sqlite('search page of 100 ids, 1 million users', 1, 1.3),
      postgres('search page of 100 ids, 1 million users', 1, 1.3),
    ],
    { atMost: true, large: true },
  ),
  ...of(
    'raw statements on a clustered table of the same size',
    [sqlite('get metadata of 10 million', 1, 0.8), sqlite('set metadata of 10 million', 1, 0.8)],
    { large: true },
  ),
  ...of(
    'raw statements on the same table and index',
    [postgres('get metadata of 5 million', 1, 0.8), postgres('set metadata of 5 million', 1, 0.8)],
    { large: true },
  ),
  ...of(betterAuth, [
    sqlite('get user, better-auth', 1, 100),
    sqlite('create user, better-auth', 1, 8),
    sqlite('set metadata, better-auth', 1, 14),
    sqlite('create org, better-auth', 1, 22),
    sqlite('update org metadata, better-auth', 1, 25),
    sqlite('check permission, better-auth', 1, 100),
    postgres('get user, better-auth', 1, 15),
    postgres('create user, better-auth', 1, 4),
    postgres('set metadata, better-auth', 1, 5),
    postgres('create org, better-auth', 1, 8),
    postgres('update org metadata, better-auth', 1, 6),
    postgres('check permission, better-auth', 1, 100),
  ]),
  ...of('emmett on the same kind of database', [
    sqlite('append at expected sequence, emmett', 1, 12),
    postgres('append at expected sequence, emmett', 1, 2),
  ]),
  ...of('bare node:http with fixed JSON, by CPU time of a request', [
    { name: 'http without a database, by CPU', database: 'none', callers: 50, mark: 0.7 },
  ]),
  ...of('bare node:http doing the same raw reads and writes', [...http('http', 1, 0.75), ...http('http', 50, 0.75)]),
  ...of("a route of the host's own doing the same raw reads and writes", [
    ...http('Express 5', 50, 0.85),
    ...http('Koa 3', 50, 0.85),
    ...http('Fastify 5', 50, 0.85),
    ...http('Hono 4', 50, 0.85),
  ]),
  ...of('a server of `@grpc/grpc-js` doing the same raw reads', [
    sqlite('grpc get metadata', 1, 0.7),
    sqlite('grpc get metadata', 50, 0.7),
  ]),
  ...of('our own JSON', [sqlite('grpc-web get metadata', 1, 0.8), sqlite('grpc-web get metadata', 50, 0.8)]),
  ...of('the same after 10,000', [sqlite('memory after 1 million operations', 50, 1.1)], { atMost: true }),
  ...of(
    'milliseconds',
    [
      { name: 'import core, ms', database: 'none', callers: 1, mark: 30 },
      sqlite('fresh directory in memory, ms', 1, 10),
    ],
    { atMost: true },
  ),
]

export function markOf({ name, database, callers }: RowName): Mark | undefined {
  return marks.find((mark) => mark.name === name && mark.database === database && mark.callers === callers)
}

export function isMet({ mark, atMost }: Pick<Mark, 'mark' | 'atMost'>, ratio: number): boolean {
  return atMost ? ratio <= mark : ratio >= mark
}

function of(
  against: string,
  rows: readonly Omit<Mark, 'against'>[],
  kind: Pick<Mark, 'atMost' | 'large'> = {},
): readonly Mark[] {
  return rows.map((row) => ({ ...row, ...kind, against }))
}
