import { describe, expect, it } from 'vitest'
import { readSettings, SettingError } from '../src/settings'

describe('readSettings', () => {
  it('needs nothing to be set', () => {
    expect(readSettings({})).toEqual({
      host: '127.0.0.1',
      port: 8787,
      databaseUrl: 'file:./indwell.db',
      ownerToken: undefined,
      jwtSecret: undefined,
      strict: new Set(),
      tokenFile: undefined,
    })
  })

  it('takes an empty variable for one that is not set', () => {
    const names = ['HOST', 'PORT', 'DATABASE_URL', 'INDWELL_OWNER_TOKEN', 'INDWELL_JWT_SECRET', 'INDWELL_STRICT']

    expect(readSettings(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readSettings({}))
  })

  it('reads a list of strict faces', () => {
    expect(readSettings({ INDWELL_STRICT: 'auth0, zitadel,' }).strict).toEqual(new Set(['auth0', 'zitadel']))
  })

  it.each([
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['INDWELL_STRICT', 'okta'],
    ['INDWELL_OWNER_TOKEN', 'a token with blanks'],
    ['INDWELL_OWNER_TOKEN', 'a token with blanks in it'],
    ['INDWELL_OWNER_TOKEN', 'x'.repeat(513)],
  ])('refuses %s=%s, and does not repeat the value', (variable, value) => {
    const read = () => readSettings({ [variable]: value })

    expect(read).toThrow(SettingError)
    expect(read).toThrow(variable)
    expect(read).not.toThrow(value)
  })
})
