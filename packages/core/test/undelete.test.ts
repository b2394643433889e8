import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe } from 'vitest'
import { describeAnonymise } from './anonymise'
import { describeUndelete } from './undelete'

describe('on SQLite', () => {
  const open = async () => sqliteStorage({ filename: ':memory:' })
  describeUndelete(open, true)
  describeAnonymise(open, true)
})
