import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe } from 'vitest'
import { describeFollowingInstances } from './follow-instances'

describe('on SQLite', () => describeFollowingInstances(async () => sqliteStorage({ filename: ':memory:' })))
