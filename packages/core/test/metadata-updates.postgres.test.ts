import { postgresStorage } from '@indwell/storage-postgres'
import { createMigratedDatabase } from '../../../test/postgres'
import { describeMetadataUpdates } from './metadata-updates'

describeMetadataUpdates(
  'Postgres',
  async () => {
    const database = await createMigratedDatabase()
    return { open: () => postgresStorage({ connectionString: database.url }), close: () => database.drop() }
  },
  40,
)
