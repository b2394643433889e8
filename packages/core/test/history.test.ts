import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe } from 'vitest'
import { describeHistory } from './history'

describe('on SQLite', () => describeHistory(async () => sqliteStorage({ filename: ':memory:' })))
