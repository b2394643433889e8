import { createDirectory, isDirectoryError } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

/** Opens the file that it is told, reads and writes, and says what came of each. */
const tell = async (call: () => Promise<unknown>): Promise<string> => {
  try {
    await call()
    return 'done'
  } catch (error) {
    if (!isDirectoryError(error)) return String(error)
    return 'reason' in error ? `${error.code} ${error.reason}` : error.code
  }
}

const storage = async () => sqliteStorage({ filename: process.argv[2]!, pragmas: { busyTimeoutMs: 50 } })
const opened = await tell(storage)
const answers = [opened]
if (opened === 'done') {
  const directory = await createDirectory({ storage: await storage(), migrate: false }).catch((error: unknown) => error)
  if (directory instanceof Error) answers.push(await tell(() => Promise.reject(directory)))
  else {
    const { users } = (directory as Awaited<ReturnType<typeof createDirectory>>).asSystem('test')
    answers.push(await tell(() => users.get('bob')), await tell(() => users.metadata('bob').set({ child: 1 })))
  }
}
process.send!({ kind: 'answer', body: answers })
