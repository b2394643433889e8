import type { CreateTableBuilder, SchemaModule } from 'kysely'
import type { TableNames } from '../table-names'
import { type Dialect, sqlTypes } from './sql-types'

/** The indexes of metadata that are declared, their version, and what they hold. */
export async function createMetadataIndexTables(
  schema: SchemaModule,
  names: TableNames,
  dialect: Dialect,
  clustered: <T extends CreateTableBuilder<string, string>>(table: T) => CreateTableBuilder<string, string>,
): Promise<void> {
  const types = sqlTypes[dialect]
  await clustered(
    schema
      .createTable(names.metadataIndexVersion)
      .addColumn('instance_id', types.text, (c) => c.notNull())
      .addColumn('version', types.text, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${names.metadataIndexVersion}_key`, ['instance_id']),
  ).execute()

  await clustered(
    schema
      .createTable(names.metadataIndex)
      .addColumn('instance_id', types.text, (c) => c.notNull())
      .addColumn('number', types.integer, (c) => c.notNull())
      .addColumn('subject_type', types.text, (c) => c.notNull())
      .addColumn('namespace', types.text, (c) => c.notNull())
      .addColumn('path', types.list, (c) => c.notNull())
      .addColumn('ready', types.boolean, (c) => c.notNull())
      // The last subject that a fill under way has looked at.
      .addColumn('filled_to', types.text)
      .addPrimaryKeyConstraint(`${names.metadataIndex}_key`, ['instance_id', 'number']),
  ).execute()

  await clustered(
    schema
      .createTable(names.indexedValue)
      .addColumn('instance_id', types.text, (c) => c.notNull())
      .addColumn('index_number', types.integer, (c) => c.notNull())
      .addColumn('subject_id', types.text, (c) => c.notNull())
      .addColumn('value', types.text, (c) => c.notNull())
      .addColumn('owner', types.text, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${names.indexedValue}_key`, ['instance_id', 'index_number', 'subject_id', 'value']),
  ).execute()
  // The owner behind the value: a search of one org among thousands skips the others' entries without looking at them.
  await schema
    .createIndex(`${names.indexedValue}_by_value`)
    .on(names.indexedValue)
    .columns(['instance_id', 'index_number', 'value', 'owner', 'subject_id'])
    .execute()
}
