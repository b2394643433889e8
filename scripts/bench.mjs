/**
 * Bundles bench/ against the packages' sources and runs it. docs/speed.md has the arguments. What is imported by name is
 * what is published, so the packages are built first.
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
  entry: { main: 'bench/main.ts', 'http-client': 'bench/http/client.ts' },
  format: 'esm',
  outExtension: () => ({ js: '.mjs' }),
  outDir,
  target: 'node20',
  silent: true,
  external: [/^[^.]/],
  noExternal: [/^@indwell\//, 'valibot', 'mitt', 'jose'],
  esbuildOptions: (options) => {
    options.conditions = ['@indwell/source']
  },
})

const files = ['--json', '--all', '--plot', '--from']
const args = process.argv.slice(2).map((arg, index, all) => (files.includes(all[index - 1]) ? resolve(arg) : arg))
const { status } = spawnSync(process.execPath, [join(outDir, 'main.mjs'), ...args], { cwd: root, stdio: 'inherit' })
process.exit(status ?? 1)
