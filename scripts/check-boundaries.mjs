/** Arrows between packages point down only, and nothing that must not be there is in a package or its `dist`. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { findPackages } from './build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the sources of each package may import, tests aside. `node:` stands for every module of Node. */
const allowed = {
  '@indwell/core': ['valibot', 'mitt', 'node:crypto'],
  '@indwell/storage-kysely': ['@indwell/core', 'kysely', 'node:'],
  '@indwell/storage-sqlite': ['@indwell/core', '@indwell/storage-kysely', 'kysely', 'better-sqlite3', 'node:'],
  '@indwell/storage-postgres': ['@indwell/core', '@indwell/storage-kysely', 'kysely', 'pg', 'node:'],
  '@indwell/testing': [
    '@indwell/core',
    '@indwell/http-adapter',
    '@indwell/storage-kysely',
    '@indwell/storage-sqlite',
    '@indwell/storage-postgres',
    'better-sqlite3',
    'pg',
    'node:',
  ],
  '@indwell/opentelemetry': ['@indwell/core', '@opentelemetry/api'],
  '@indwell/grpc-adapter': ['@indwell/http-adapter', 'node:'],
  '@indwell/http-adapter': ['@indwell/core', 'valibot', 'jose', 'libphonenumber-js', '@fastify/busboy', 'node:'],
}

/** What single folders may import besides. */
const allowedBelow = { 'packages/core/src/conformance/': ['node:assert/strict'] }

/** What no file of a `dist` may mention. */
const forbiddenInDist = {
  '@indwell/core': /\bkysely\b|\bpg\b|\bbetter-sqlite3\b|\bnode:http\b|@opentelemetry/,
  '@indwell/http-adapter': /\bkysely\b|\bbetter-sqlite3\b|@zitadel\/proto/,
}

/** `mitt` has typings that cannot be called under every resolution (developit/mitt#191), and one file imports it. */
const mayCastThroughUnknown = 'packages/core/src/events/event-bus.ts'

const isTest = (file) => /\.test(-d)?\.ts$/.test(file)

/** @returns {Promise<string[]>} one line for each thing that is wrong. */
export async function checkBoundaries() {
  const packages = await findPackages()
  const problems = []
  for (const { name, directory, manifest } of packages.values()) {
    if (directory.startsWith(join(root, 'packages')) && !allowed[name])
      problems.push(`${name}: not in the table of check-boundaries`)
    const declared = [name, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })]
    for (const folder of ['src', 'test', 'bench']) {
      for (const file of await filesBelow(join(directory, folder), /\.ts$/)) {
        const path = relative(root, file).split(sep).join('/')
        const shipped = folder === 'src' && !isTest(file)
        const source = ts.createSourceFile(file, await readFile(file, 'utf8'), ts.ScriptTarget.Latest, true)
        for (const { specifier, line } of importsOf(source)) {
          const problem = specifier.startsWith('.')
            ? relativeProblem(file, directory, specifier, shipped)
            : shipped && packageProblem(name, path, specifier, declared)
          if (problem) problems.push(`${path}:${line}: ${problem}`)
        }
        for (const { text, line } of shipped ? loopholesOf(source) : []) {
          if (text !== 'any' && path === mayCastThroughUnknown) continue
          problems.push(`${path}:${line}: ${text}`)
        }
      }
    }
    problems.push(...(await distProblems(name, directory)))
  }
  return problems
}

function relativeProblem(file, directory, specifier, shipped) {
  const target = resolve(dirname(file), specifier)
  if (target.startsWith(join(directory, shipped ? 'src' : '') + sep)) return undefined
  // The suite's own Postgres is started once for all of them.
  if (!shipped && target.startsWith(join(root, 'test') + sep)) return undefined
  return `${specifier} reaches out of the package`
}

function packageProblem(name, path, specifier, declared) {
  const mayImport = allowed[name]
  const below = Object.entries(allowedBelow).flatMap(([folder, extra]) => (path.startsWith(folder) ? extra : []))
  const packageName = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (mayImport) {
    const isAllowed = [...mayImport, ...below].some((entry) =>
      entry === 'node:' ? specifier.startsWith('node:') : entry === specifier || entry === packageName,
    )
    if (!isAllowed) return `${name} must not import ${specifier}`
  }
  if (!specifier.startsWith('node:') && !declared.includes(packageName))
    return `${specifier} is no dependency of ${name}`
  return undefined
}

function importsOf(source) {
  const imports = []
  visit(source, (node) => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node)
          ? node.argument.literal
          : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
            ? node.arguments[0]
            : undefined
    if (specifier && ts.isStringLiteralLike(specifier))
      imports.push({ specifier: specifier.text, line: lineOf(source, node) })
  })
  return imports
}

/** Ways around the type checker. */
function loopholesOf(source) {
  const loopholes = []
  visit(source, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) loopholes.push({ text: 'any', line: lineOf(source, node) })
    const viaUnknown =
      ts.isAsExpression(node) &&
      ts.isAsExpression(node.expression) &&
      node.expression.type.kind === ts.SyntaxKind.UnknownKeyword
    if (viaUnknown) loopholes.push({ text: 'as unknown as', line: lineOf(source, node) })
  })
  return loopholes
}

function visit(node, see) {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}

const lineOf = (source, node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1

async function distProblems(name, directory) {
  const problems = []
  for (const file of await filesBelow(join(directory, 'dist'), /\.(js|d\.ts)$/)) {
    const text = await readFile(file, 'utf8')
    const path = relative(root, file)
    const found = forbiddenInDist[name]?.exec(text)
    if (found) problems.push(`${path}: mentions ${found[0]}`)
    if (text.includes('@indwell/source')) problems.push(`${path}: mentions the condition @indwell/source`)
  }
  return problems
}

async function filesBelow(directory, pattern) {
  if (!existsSync(directory)) return []
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}
