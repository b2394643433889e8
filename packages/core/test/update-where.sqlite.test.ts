import { sqliteStorage } from '@indwell/storage-sqlite'
import { describeUpdateWhere } from './update-where'

describeUpdateWhere('SQLite', async () => sqliteStorage({ filename: ':memory:' }), 20)
