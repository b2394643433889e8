import { parseArgs } from 'node:util'
import {
  type CommandOutput,
  type ExitCode,
  isMigrationCommand,
  runMigrationCommand,
  runToExitCode,
} from '@indwell/storage-kysely'
import { postgresStorage } from './postgres-storage'

const usage = `indwell-postgres check [URL]       tell which migrations are applied and pending; exit code 1 where some are
indwell-postgres up [URL]          apply what is pending
indwell-postgres print-sql [URL]   print what up would run

URL               postgres://user:password@host:5432/database; what DATABASE_URL says when absent
--prefix PREFIX   of tables and indexes, indwell_ by default
--schema SCHEMA   the search path's first by default
--partitions N    cut the tables of a new database into so many by instance`

const options = {
  prefix: { type: 'string' },
  schema: { type: 'string' },
  partitions: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** What `indwell-postgres` does, as a function of its arguments and environment. */
export function runCommand(
  args: readonly string[],
  output: CommandOutput,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ExitCode> {
  return runToExitCode(async () => {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [command, url = environment.DATABASE_URL, ...rest] = positionals
    if (values.help) {
      output.out(usage)
      return 0
    }
    if (!isMigrationCommand(command) || url === undefined || rest.length > 0) {
      output.err(usage)
      return 2
    }
    const storage = postgresStorage({
      connectionString: url,
      max: 2,
      ...(values.prefix === undefined ? {} : { prefix: values.prefix }),
      ...(values.schema === undefined ? {} : { schema: values.schema }),
      ...(values.partitions === undefined ? {} : { partitions: Number(values.partitions) }),
    })
    try {
      return await runMigrationCommand(command, storage.migrations, output)
    } finally {
      await storage.close()
    }
  }, output)
}
