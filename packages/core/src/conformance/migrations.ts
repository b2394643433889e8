import assert from 'node:assert/strict'
import { isDirectoryError } from '../errors/directory-error'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, userKey } from './commit-of'
import { apply, eventsOf, loadOne, readFeed } from './place'

const ada = userKey('ada')

export const migrationBehaviors: readonly Behavior[] = [
  {
    name: 'an empty database is ready after one migration',
    async check(world) {
      const { open } = await world.createDatabase()
      const place = { ...world, storage: await open() }

      await place.storage.migrate()
      await apply(place, creationOf(ada))
      assert.equal((await readFeed(place, 1)).length, 1)
    },
  },
  {
    name: 'migrating again changes nothing and loses nothing',
    async check(world) {
      const database = await world.createDatabase()
      const place = { ...world, storage: await database.open() }
      await place.storage.migrate()
      await apply(place, creationOf(ada))

      await place.storage.migrate()
      const other = { ...world, storage: await database.open() }
      await other.storage.migrate()
      assert.equal((await loadOne(other, { read: 'aggregate', key: ada }))?.sequence, '1')
      await apply(place, commitOf(changeOf(ada)))
      assert.equal((await eventsOf(other, ada)).length, 2)
    },
  },
  {
    name: 'ten storages migrate one empty database at once',
    async check(world) {
      const { open } = await world.createDatabase()
      const storages = await Promise.all(Array.from({ length: 10 }, () => open()))

      await Promise.all(storages.map((storage) => storage.migrate()))
      await apply({ ...world, storage: storages[0]! }, creationOf(ada))
      await Promise.all(storages.map((storage) => apply({ ...world, storage }, commitOf(changeOf(ada)))))
      assert.equal((await eventsOf({ ...world, storage: storages[9]! }, ada)).length, 11)
    },
  },
  {
    name: 'one storage migrates many times at once',
    async check(world) {
      const { open } = await world.createDatabase()
      const storage = await open()

      await Promise.all([storage.migrate(), storage.migrate(), storage.migrate()])
      await apply({ ...world, storage }, creationOf(ada))
    },
  },
  {
    name: 'before its migration a database cannot be asked, and can be afterwards',
    async check(world) {
      const { open } = await world.createDatabase()
      const place = { ...world, storage: await open() }
      const isUnavailable = (error: unknown) => isDirectoryError(error) && error.code === 'storage_unavailable'

      await assert.rejects(loadOne(place, { read: 'aggregate', key: ada }), isUnavailable)
      await assert.rejects(apply(place, creationOf(ada)), isUnavailable)
      await assert.rejects(place.storage.readEvents(place.instanceId, { limit: 1 }), isUnavailable)
      await place.storage.migrate()
      await apply(place, creationOf(ada))
      assert.equal((await loadOne(place, { read: 'aggregate', key: ada }))?.sequence, '1')
    },
  },
]
