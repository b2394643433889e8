import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** At the end of a run each of these would keep one worker busy, or waiting, while the others have nothing to do. */
const longFiles = [
  'packages/storage-postgres/test/conformance.test.ts',
  'packages/storage-postgres/test/joined-conformance.test.ts',
  'packages/core/test/faults.postgres.test.ts',
  'torture/torture.test.ts',
  'packages/storage-postgres/test/splits.test.ts',
  'packages/storage-postgres/test/pgbouncer.test.ts',
  'packages/storage-postgres/test/replica-conformance.test.ts',
  'packages/http-adapter/test/faces-on-hosts.test.ts',
  'examples/reference-server/test/reference-server.test.ts',
  'examples/reference-server/test/stopping.test.ts',
  'packages/core/test/replay.postgres.test.ts',
  'packages/storage-sqlite/test/filter.test.ts',
  'packages/storage-postgres/test/migrate.test.ts',
]

/** In a fresh checkout nothing is known of earlier runs, and a file's size says little of how long its tests take. */
class LongFilesFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specifications)
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longFiles.findIndex((file) => moduleId.endsWith(`/${file}`))
      return found === -1 ? longFiles.length : found
    }
    return sorted.sort((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  resolve: { conditions: ['@indwell/source'] },
  ssr: { resolve: { conditions: ['@indwell/source', 'node'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'test/**/*.test.ts',
      'torture/**/*.test.ts',
      'bench/*.test.ts',
    ],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/property-seed.ts'],
    // More than there are cores: some tests do nothing for seconds but wait.
    maxWorkers: availableParallelism() + 2,
    // A worker loads modules once: no test replaces one, and what a test changes of its process it puts back.
    isolate: false,
    sequence: { sequencer: LongFilesFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
