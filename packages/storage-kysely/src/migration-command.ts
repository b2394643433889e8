import type { Migrations } from './migrate'

/** Where a command writes lines to. */
export interface CommandOutput {
  out(text: string): void
  err(text: string): void
}

/** 0: done, or nothing to do. 1: `check` found something to do. 2: it failed, or was not understood. */
export type ExitCode = 0 | 1 | 2

export type MigrationCommand = 'check' | 'up' | 'print-sql'

export function isMigrationCommand(command: string | undefined): command is MigrationCommand {
  return command === 'check' || command === 'up' || command === 'print-sql'
}

export async function runMigrationCommand(
  command: MigrationCommand,
  migrations: Migrations & { up(): Promise<void> },
  { out }: CommandOutput,
): Promise<ExitCode> {
  if (command === 'print-sql') {
    const sql = await migrations.printSql()
    if (sql !== '') out(sql.trimEnd())
    return 0
  }
  const { applied, pending, unknown } = await migrations.check()
  if (command === 'up') {
    await migrations.up()
    for (const name of pending) out(`applied ${name}`)
    if (pending.length === 0) out('nothing to do')
    return 0
  }
  for (const name of applied) out(`applied ${name}`)
  for (const name of pending) out(`pending ${name}`)
  for (const name of unknown) out(`unknown ${name}: of a newer version`)
  return pending.length + unknown.length === 0 ? 0 : 1
}

/** Runs a command to its exit code: what it throws becomes a line, with what caused it. */
export async function runToExitCode(work: () => Promise<ExitCode>, { err }: CommandOutput): Promise<ExitCode> {
  try {
    return await work()
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) err(cause.message)
    return 2
  }
}
