import { sqliteStorage } from '@indwell/storage-sqlite'
import { describeFindOfKinds } from './find-kinds'

describeFindOfKinds('SQLite', async () => sqliteStorage({ filename: ':memory:' }))
