/** What a package says it exports, what it builds, and what is there are the same. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { findPackages } from './build.mjs'

/** @returns {Promise<string[]>} one line for each thing that is wrong. */
export async function checkExports() {
  const problems = []
  for (const { name, directory, manifest } of (await findPackages()).values()) {
    if (manifest.private) continue
    const entries = await tsupEntries(join(directory, 'tsup.config.ts'))
    const expected = { ...Object.fromEntries(entries.map(exportOf)), './package.json': './package.json' }

    // As text, because the order of conditions counts: the first that matches wins.
    for (const subpath of new Set([...Object.keys(expected), ...Object.keys(manifest.exports)])) {
      const [wanted, found] = [expected[subpath], manifest.exports[subpath]].map((entry) => JSON.stringify(entry))
      if (wanted === undefined) problems.push(`${name}: exports ${subpath}, which tsup.config.ts does not build`)
      else if (wanted !== found) problems.push(`${name}: exports ${subpath} as ${found ?? 'nothing'}, not as ${wanted}`)
    }
    for (const file of Object.values(expected).flatMap((entry) =>
      typeof entry === 'string' ? entry : Object.values(entry),
    )) {
      if (!existsSync(join(directory, file))) problems.push(`${name}: ${file} is not there`)
    }
    for (const [member, value] of Object.entries({ type: 'module', sideEffects: false, license: 'MIT' })) {
      if (manifest[member] !== value) problems.push(`${name}: ${member} is not ${JSON.stringify(value)}`)
    }
    for (const file of ['dist', 'src']) {
      if (!manifest.files?.includes(file)) problems.push(`${name}: files does not list ${file}`)
    }
  }
  return problems
}

/** The subpath of an entry: `index` is the package itself, `auth0/index` its `./auth0`. */
function exportOf([output, source]) {
  const subpath = output === 'index' ? '.' : `./${output.replace(/\/index$/, '')}`
  return [subpath, { '@indwell/source': `./${source}`, types: `./dist/${output}.d.ts`, default: `./dist/${output}.js` }]
}

/** Reads `entry` without running the file: Node 20 cannot. */
async function tsupEntries(file) {
  const source = ts.createSourceFile(file, await readFile(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const entries = []
  const see = (node) => {
    if (ts.isPropertyAssignment(node) && node.name.text === 'entry' && ts.isObjectLiteralExpression(node.initializer)) {
      for (const { name, initializer } of node.initializer.properties) entries.push([name.text, initializer.text])
    }
    ts.forEachChild(node, see)
  }
  see(source)
  if (entries.length === 0) throw new Error(`${file} lists no entry`)
  return entries
}
