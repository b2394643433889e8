/**
 * Bundles bench/ against the packages' sources and runs it. docs/speed.md has the arguments. What is imported by name is
 * what is published, so the packages are built before it runs.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build as bundle } from 'tsup'
import { build } from './build.mjs'

const root = resolve(import.meta.dirname, '..')
// Below bench/, which finds what it is measured beside.
const outDir = join(root, 'bench', 'node_modules', '.cache')
mkdirSync(outDir, { recursive: true })

await bundle({
  config: false,
  entry: {
    arguments: 'bench/arguments.ts',
    main: 'bench/main.ts',
    'measure-group': 'bench/measure-group.ts',
    'http-client': 'bench/http/client.ts',
    'grpc-client': 'bench/grpc/client.ts',
    'fill-database': 'bench/fill-database.ts',
    explain: 'bench/explain-statements.ts',
    'limits-http': 'bench/limits-http.ts',
    'limits-sqlite': 'bench/limits-sqlite.ts',
    'limits-checked': 'bench/limits-checked.ts',
    'limits-peers': 'bench/limits-peers.ts',
    'limits-postgres-writes': 'bench/limits-postgres-writes.ts',
    'limits-postgres-reads': 'bench/limits-postgres-reads.ts',
  },
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

const { readArguments } = await import(pathToFileURL(join(outDir, 'arguments.mjs')).href)
const asked = readArguments(process.argv.slice(2))
if ('says' in asked) {
  console[asked.exitCode === 0 ? 'log' : 'error'](asked.says)
  process.exit(asked.exitCode)
}

await build({ declarations: false })
buildPeerDriver()

const files = ['--json', '--all', '--plot', '--readme', '--from']
const args = process.argv.slice(2).map((arg, index, all) => (files.includes(all[index - 1]) ? resolve(arg) : arg))
const { status } = spawnSync(process.execPath, [join(outDir, 'main.mjs'), ...args], { cwd: root, stdio: 'inherit' })
process.exit(status ?? 1)

/** The driver of emmett's SQLite store: most installs have no use for a minute of compiling, so it waits until here. */
function buildPeerDriver() {
  const directory = dirname(createRequire(join(root, 'bench/package.json')).resolve('sqlite3/package.json'))
  if (existsSync(join(directory, 'build/Release/node_sqlite3.node'))) return
  console.log('building sqlite3 …')
  const { status, stderr } = spawnSync('npm', ['run', 'install'], { cwd: directory, encoding: 'utf8' })
  if (status !== 0) console.error(`sqlite3 could not be built, its rows will be missing:\n${stderr}`)
}
