import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe } from 'vitest'
import { describeErasure } from './erasure'

describe('on SQLite', () => describeErasure(async () => sqliteStorage({ filename: ':memory:' })))
