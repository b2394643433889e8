import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  type CommandOutput,
  type ExitCode,
  isMigrationCommand,
  runMigrationCommand,
  runToExitCode,
} from '@indwell/storage-kysely'
import { type SqliteStorage, sqliteStorage } from './sqlite-storage'

const usage = `indwell-sqlite check FILE       tell which migrations are applied and pending; exit code 1 where some are
indwell-sqlite up FILE          apply what is pending
indwell-sqlite print-sql FILE   print what up would run
indwell-sqlite backup FILE TO   copy the database while it is in use; --compact leaves out free pages

--prefix PREFIX   of tables and indexes, indwell_ by default`

const options = {
  prefix: { type: 'string' },
  compact: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** What `indwell-sqlite` does, as a function of its arguments. */
export function runCommand(args: readonly string[], output: CommandOutput): Promise<ExitCode> {
  return runToExitCode(async () => {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [command, filename, to, ...rest] = positionals
    if (values.help) {
      output.out(usage)
      return 0
    }
    const isBackup = command === 'backup' && to !== undefined
    const isUnderstood = filename !== undefined && (isBackup || (isMigrationCommand(command) && to === undefined))
    if (!isUnderstood || rest.length > 0) {
      output.err(usage)
      return 2
    }
    // Looking at a file must not make one.
    const isThere = existsSync(filename)
    if (!isThere && (isBackup || command === 'check')) throw new Error(`there is no file ${filename}`)
    const storage = sqliteStorage({
      filename: isThere || command === 'up' ? filename : ':memory:',
      ...(values.prefix === undefined ? {} : { prefix: values.prefix }),
    })
    try {
      if (isMigrationCommand(command)) return await runMigrationCommand(command, storage.migrations, output)
      return await backup(storage, to!, values.compact, output)
    } finally {
      await storage.close()
    }
  }, output)
}

async function backup(storage: SqliteStorage, to: string, compact: boolean, { out }: CommandOutput): Promise<ExitCode> {
  await storage.backupTo(to, { compact })
  out(`copied to ${to}`)
  return 0
}
