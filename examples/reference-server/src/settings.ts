/** The vendors whose faces the server has, as `INDWELL_STRICT` names them. */
export const vendors = ['zitadel', 'auth0'] as const
export type Vendor = (typeof vendors)[number]

/** What the environment decides. */
export interface Settings {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly databaseUrl: string
  /** `undefined`: made at random on the first start. */
  readonly ownerToken: string | undefined
  /** `undefined`: only stored tokens are accepted. */
  readonly jwtSecret: string | undefined
  readonly strict: ReadonlySet<Vendor>
  /** Where a token made at random is written to. */
  readonly tokenFile: string | undefined
}

/** A setting that cannot be used. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  constructor(
    readonly variable: string,
    problem: string,
  ) {
    super(`${variable} ${problem}`)
  }
}

/**
 * Reads the settings from environment variables. An empty one counts as not set.
 *
 * @throws {SettingError} naming the variable; never its value, which may be a secret.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const read = (variable: string) => environment[variable] || undefined
  return {
    host: read('HOST') ?? '127.0.0.1',
    port: toPort(read('PORT') ?? '8787'),
    databaseUrl: read('DATABASE_URL') ?? 'file:./indwell.db',
    ownerToken: toToken(read('INDWELL_OWNER_TOKEN')),
    jwtSecret: read('INDWELL_JWT_SECRET'),
    strict: new Set((read('INDWELL_STRICT') ?? '').split(',').flatMap(toVendor)),
    tokenFile: read('INDWELL_TOKENS'),
  }
}

function toPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new SettingError('PORT', 'must be 0 to 65535')
  return Number(text)
}

function toToken(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[\x21-\x7e]{1,512}$/.test(text)) {
    throw new SettingError('INDWELL_OWNER_TOKEN', 'must be 1 to 512 visible ASCII characters')
  }
  return text
}

function toVendor(text: string): readonly Vendor[] {
  const name = text.trim()
  if (name === '') return []
  const vendor = vendors.find((known) => known === name)
  if (vendor === undefined) throw new SettingError('INDWELL_STRICT', `must be a comma list of ${vendors.join(', ')}`)
  return [vendor]
}
