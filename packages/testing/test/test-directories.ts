import { afterEach } from 'vitest'
import { createTestDirectory, type TestDirectory, type TestDirectoryOptions } from '../src/index'

const opened: TestDirectory[] = []
afterEach(async () => {
  for (const t of opened.splice(0)) await t.close()
})

/** Closed behind the test. */
export async function testDirectory(options?: TestDirectoryOptions): Promise<TestDirectory> {
  return closing(await createTestDirectory(options))
}

export function closing(t: TestDirectory): TestDirectory {
  opened.push(t)
  return t
}
