import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'conformance/index': 'src/conformance/index.ts' },
  format: 'esm',
  target: 'node20',
  // Declarations are made from what the other packages publish, as in a host, not from their sources.
  dts: { compilerOptions: { customConditions: [] } },
  sourcemap: true,
  clean: true,
  splitting: true,
  // An eighth of valibot is used, and to find and read all of both takes a fifth of an import. Types still come from them,
  // so they stay dependencies. THIRD-PARTY-LICENSES.md has what their licenses ask for.
  noExternal: ['valibot', 'mitt'],
})
