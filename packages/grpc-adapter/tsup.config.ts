import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'listen/index': 'src/listen/index.ts' },
  format: 'esm',
  target: 'node20',
  // Declarations are made from what the other packages publish, as in a host, not from their sources.
  dts: { compilerOptions: { customConditions: [] } },
  sourcemap: true,
  clean: true,
  splitting: true,
})
