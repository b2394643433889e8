import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterEach, describe } from 'vitest'
import { consumerRules } from './consumers'

describe('consumers on SQLite', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  consumerRules(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'indwell-consumers-'))
    folders.push(folder)
    return () => sqliteStorage({ filename: join(folder, 'directory.db') })
  })
})
