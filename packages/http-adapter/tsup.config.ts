import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'zitadel/index': 'src/zitadel/index.ts',
    'zitadel-calls/index': 'src/zitadel/calls/index.ts',
    'auth0/index': 'src/auth0/index.ts',
    'authenticators/index': 'src/authenticators/index.ts',
    'webhooks/index': 'src/webhooks/index.ts',
  },
  format: 'esm',
  target: 'node20',
  // Declarations are made from what the other packages publish, as in a host, not from their sources.
  dts: { compilerOptions: { customConditions: [] } },
  sourcemap: true,
  clean: true,
  splitting: true,
})
