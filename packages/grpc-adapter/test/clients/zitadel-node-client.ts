import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { status } from '@grpc/grpc-js'
import { build } from 'esbuild'
import type { Client, OpenClient, Target } from './client'
import type { Outcome } from './conversation'
import { callZitadelNode } from './zitadel-node'

export const zitadelNodeClient: Client = {
  name: '`@zitadel/node`',
  protocol: 'gRPC',
  http: '2',
  lost: status.UNAVAILABLE,
  open: ({ ca, ...target }) =>
    ca === undefined ? { call: callZitadelNode(target), close() {} } : openInChild({ ca, ...target }),
}

/** It trusts what the environment named when its process began, and no option says more. */
function openInChild(target: Target & { readonly ca: string }): OpenClient {
  const starting = startChild(target)
  return {
    async call(method, request) {
      const { child } = await starting
      child.send({ method, request })
      const [outcome] = await once(child, 'message')
      return outcome as Outcome
    },
    async close() {
      const { child, directory } = await starting
      child.disconnect()
      await rm(directory, { recursive: true })
    },
  }
}

async function startChild({ url, token, ca }: Target & { readonly ca: string }) {
  // In the package, from where clients are found.
  const directory = await mkdtemp(fileURLToPath(new URL('../../node_modules/.zitadel-node-', import.meta.url)))
  const [script, roots] = [join(directory, 'child.mjs'), join(directory, 'roots.pem')]
  await writeFile(roots, ca)
  await build({
    entryPoints: [fileURLToPath(new URL('./zitadel-node-child.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
  const env = { ...process.env, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: roots }
  const child: ChildProcess = fork(script, [url, token], { env, execArgv: [], serialization: 'advanced' })
  return { child, directory }
}
