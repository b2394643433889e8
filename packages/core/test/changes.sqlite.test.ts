import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe } from 'vitest'
import { changesRules } from './changes'

describe('changes on SQLite', () => changesRules(async () => sqliteStorage({ filename: ':memory:' })))
