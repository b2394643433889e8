import { serveTasks } from '../../../test/storage-child'
import { sqliteStorage } from '../src/index'

serveTasks((location) => sqliteStorage({ filename: location }))
