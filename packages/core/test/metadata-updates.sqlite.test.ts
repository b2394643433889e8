import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describeMetadataUpdates } from './metadata-updates'

describeMetadataUpdates(
  'SQLite',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'indwell-updates-'))
    return {
      open: () => sqliteStorage({ filename: join(folder, 'directory.db') }),
      close: () => rm(folder, { recursive: true }),
    }
  },
  150,
)
