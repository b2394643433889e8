import type { DescMessage } from '@bufbuild/protobuf'
import { createDirectory } from '@indwell/core'
import { resolveLimits } from '@indwell/http-adapter'
import { type OpenCall, openCalls } from '@indwell/http-adapter/zitadel-calls'
import { migratedSqlite } from '../../../test/sqlite'
import { methodOf } from './transports'

/** A served call with the descriptors that its authors publish. */
export interface ServedMessages {
  readonly name: string
  readonly open: OpenCall
  readonly input: DescMessage
  readonly output: DescMessage
}

export async function servedMessages(): Promise<readonly ServedMessages[]> {
  const directory = await createDirectory({ storage: await migratedSqlite() })
  await directory.close()
  const calls = openCalls({ directory, authenticate: async () => undefined, limits: resolveLimits() })
  return [...calls].map(([name, open]) => {
    const { method } = methodOf(name.slice('zitadel.'.length))
    return { name, open, input: method.input, output: method.output }
  })
}
