import { sqliteStorage } from '@indwell/storage-sqlite'
import { describeFind } from './find'

describeFind('SQLite', async () => sqliteStorage({ filename: ':memory:' }), 60)
