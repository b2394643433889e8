import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import { type Column, foldedColumns, recordTables } from '../columns'
import { partitionNames, spreadTables, type TableNames } from '../table-names'
import { createEventFunctions } from './event-functions'
import { createMetadataIndexTables } from './metadata-index-tables'
import { type Dialect, sqlTypes } from './sql-types'

/** Aggregates, events, entries with their indexes, claims, and a table for each kind of record. */
export async function createDirectoryTables(db: Kysely<unknown>, names: TableNames, dialect: Dialect): Promise<void> {
  const types = sqlTypes[dialect]
  const schema = names.schema === undefined ? db.schema : db.schema.withSchema(names.schema)
  const partitions = dialect === 'postgres' ? names.partitions : undefined
  const spread = <T extends CreateTableBuilder<string, string>>(table: T) =>
    partitions === undefined ? table : table.modifyEnd(sql`partition by hash (instance_id)`)
  const clustered = <T extends CreateTableBuilder<string, string>>(table: T) =>
    dialect === 'sqlite' ? table.modifyEnd(sql`without rowid, strict`) : spread(table)
  const index = (table: string, columns: readonly string[], unique = false) => {
    const builder = schema
      .createIndex(`${table}_by_${columns.slice(1).join('_')}`)
      .on(table)
      .columns([...columns])
    return (unique ? builder.unique() : builder).execute()
  }
  const qualified = (table: string) => sql.id(...(names.schema === undefined ? [] : [names.schema]), table)

  await clustered(
    schema
      .createTable(names.aggregate)
      .addColumn('instance_id', types.text, (c) => c.notNull())
      .addColumn('type', types.text, (c) => c.notNull())
      .addColumn('id', types.text, (c) => c.notNull())
      .addColumn('owner', types.text, (c) => c.notNull())
      .addColumn('sequence', types.sequence, (c) => c.notNull())
      .addColumn('revision', types.integer, (c) => c.notNull())
      .addColumn('live', types.boolean, (c) => c.notNull())
      .addColumn('changed_at', types.integer, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${names.aggregate}_key`, ['instance_id', 'type', 'id']),
  ).execute()

  const events = schema
    .createTable(names.event)
    .addColumn('instance_id', types.text, (c) => c.notNull())
    .addColumn('aggregate_type', types.text, (c) => c.notNull())
    .addColumn('aggregate_id', types.text, (c) => c.notNull())
    .addColumn('sequence', types.sequence, (c) => c.notNull())
    .addColumn('type', types.text, (c) => c.notNull())
    .addColumn('owner', types.text, (c) => c.notNull())
    .addColumn('actor_type', types.text, (c) => c.notNull())
    .addColumn('actor_id', types.text, (c) => c.notNull())
    .addColumn('actor_reason', types.text)
    .addColumn('payload', types.json, (c) => c.notNull())
    .addColumn('created_at', types.integer, (c) => c.notNull())
  if (dialect === 'postgres') await createEventFunctions(db, names)
  if (dialect === 'sqlite') {
    // The one key that does not lead with the instance: SQLite numbers the events of the whole file by itself, and a file
    // is never spread over servers. A counter of our own would cost every commit one page more.
    await events
      .addColumn('position', types.integer, (c) => c.primaryKey())
      .modifyEnd(sql`strict`)
      .execute()
    await index(names.event, ['instance_id', 'aggregate_type', 'aggregate_id', 'sequence'], true)
  } else {
    await spread(
      events
        .addColumn('position', types.integer, (c) => c.notNull().generatedAlwaysAsIdentity())
        .addColumn('transaction_id', sql`xid8`, (c) =>
          c.notNull().defaultTo(sql`${qualified(names.eventTransaction)}()`),
        )
        .addPrimaryKeyConstraint(`${names.event}_key`, ['instance_id', 'aggregate_type', 'aggregate_id', 'sequence']),
    ).execute()
    await index(names.event, ['instance_id', 'transaction_id', 'position'])
  }

  await clustered(
    schema
      .createTable(names.entry)
      .addColumn('instance_id', types.text, (c) => c.notNull())
      .addColumn('subject_type', types.text, (c) => c.notNull())
      .addColumn('subject_id', types.text, (c) => c.notNull())
      .addColumn('namespace', types.text, (c) => c.notNull())
      .addColumn('key', types.text, (c) => c.notNull())
      .addColumn('json', types.json)
      .addColumn('bytes', types.bytes)
      .addColumn('owner', types.text, (c) => c.notNull())
      .addColumn('sequence', types.sequence, (c) => c.notNull())
      .addColumn('created_at', types.integer, (c) => c.notNull())
      .addColumn('changed_at', types.integer, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${names.entry}_pk`, ['instance_id', 'subject_type', 'subject_id', 'namespace', 'key']),
  ).execute()

  await clustered(
    schema
      .createTable(names.claim)
      .addColumn('instance_id', types.text, (c) => c.notNull())
      .addColumn('type', types.text, (c) => c.notNull())
      .addColumn('value', types.text, (c) => c.notNull())
      .addColumn('owner_type', types.text, (c) => c.notNull())
      .addColumn('owner_id', types.text, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${names.claim}_key`, ['instance_id', 'type', 'value']),
  ).execute()

  await clustered(
    schema
      .createTable(names.keptAnswer)
      .addColumn('instance_id', types.text, (c) => c.notNull())
      .addColumn('key', types.text, (c) => c.notNull())
      .addColumn('request', types.text, (c) => c.notNull())
      .addColumn('answer', types.text, (c) => c.notNull())
      .addColumn('at', types.integer, (c) => c.notNull())
      // Decimal strings with commas between them.
      .addColumn('sequences', types.text, (c) => c.notNull())
      .addColumn('expires_at', types.integer, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${names.keptAnswer}_key`, ['instance_id', 'key']),
  ).execute()
  await index(names.keptAnswer, ['instance_id', 'expires_at'])

  await clustered(
    schema
      .createTable(names.consumer)
      .addColumn('instance_id', types.text, (c) => c.notNull())
      .addColumn('name', types.text, (c) => c.notNull())
      .addColumn('version', types.integer, (c) => c.notNull())
      .addColumn('state', types.text, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${names.consumer}_key`, ['instance_id', 'name']),
  ).execute()

  await createMetadataIndexTables(schema, names, dialect, clustered)

  for (const { kind, key, columns, indexes } of Object.values(recordTables)) {
    const columnOf = columns as Readonly<Record<string, Column>>
    const all = [...Object.values(columnOf), ...foldedColumns(kind)]
    let table = schema
      .createTable(names.record[kind])
      .addColumn('instance_id', types.text, (c) => c.notNull()) as CreateTableBuilder<string, string>
    for (const { name, type, nullable } of all) {
      table = table.addColumn(name, types[type], (c) => (nullable ? c : c.notNull()))
    }
    const keyColumns = ['instance_id', ...key.map((member) => columnOf[member]!.name)]
    const keyName = `${names.record[kind]}_key`
    if (dialect === 'sqlite') table = table.addPrimaryKeyConstraint(keyName, keyColumns as never)
    await clustered(table).execute()

    // As searches sort them; in SQLite nulls come first by themselves.
    const isNullable = (name: string) => all.some((column) => column.name === name && column.nullable)
    const ordered = (name: string) =>
      dialect === 'postgres' && isNullable(name) ? sql`${sql.ref(name)} nulls first` : sql.ref(name)
    for (const { name, columns, unique } of indexes) {
      const empty = schema.createIndex(names.prefix + name).on(names.record[kind])
      const builder = ['instance_id', ...columns].reduce((all, column) => all.expression(ordered(column)), empty)
      await (unique ? builder.unique() : builder).execute()
    }
    // Last: of indexes that seem to cost the same, Postgres takes the newest. Before there are statistics that is any with a
    // column more between those of the key, which Postgres 18 searches once for each value of that column.
    if (dialect === 'postgres') {
      await schema
        .alterTable(names.record[kind])
        .addPrimaryKeyConstraint(keyName, keyColumns as never)
        .execute()
    }
  }

  if (partitions !== undefined) {
    for (const table of spreadTables(names)) {
      for (const [remainder, partition] of partitionNames(table, partitions).entries()) {
        await sql`create table ${qualified(partition)} partition of ${qualified(table)}
          for values with (modulus ${sql.lit(partitions)}, remainder ${sql.lit(remainder)})`.execute(db)
      }
    }
  }
}
