import { serveTasks } from '../../../test/storage-child'
import { postgresStorage } from '../src/index'

serveTasks((location) => postgresStorage({ connectionString: location }))
