import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { it } from 'vitest'
import { buildChildScript } from '../../../test/child-processes'
import { expectToFollowThroughKills } from './following'

it('a consumer that is killed while four processes write misses nothing on SQLite', async () => {
  const script = await buildChildScript(fileURLToPath(new URL('./following-child.ts', import.meta.url)))
  const folder = mkdtempSync(join(tmpdir(), 'indwell-following-'))
  const filename = join(folder, 'directory.db')
  try {
    await expectToFollowThroughKills(script.file, filename, sqliteStorage({ filename }))
  } finally {
    rmSync(folder, { recursive: true })
    await script.remove()
  }
})
