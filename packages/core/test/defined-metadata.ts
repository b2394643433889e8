import { defineMetadata } from '@indwell/core'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

const bytes = v.instance(Uint8Array)

/** One definition with three libraries, and something of everything that can be said of a key. */
export const metadata = defineMetadata(
  {
    user: {
      plan: { schema: v.picklist(['free', 'pro', 'team']), default: 'free', indexed: true, write: ['orgAdmin'] },
      seats: z.number().int().min(1),
      locale: { schema: v.string(), read: ['self', 'orgAdmin'], write: ['self'] },
      handle: { schema: v.pipe(v.string(), v.toLowerCase()), unique: true },
      badge: { schema: type({ series: 'string', number: 'number' }), unique: true },
      note: { schema: v.string(), read: ['system'], write: ['system'], default: 'none' },
      phone: { schema: v.string(), redact: true },
      invite: { schema: v.string(), expiresAfterMs: 1000, unique: true },
      shift: { schema: v.string(), expiresAfterMs: 1000, default: 'off' },
    },
    'user.user': {
      theme: v.picklist(['dark', 'light']),
      rank: { schema: v.number(), write: ['orgAdmin'] },
      code: { schema: v.string(), expiresAfterMs: 1000 },
    },
    'user.zitadel': { avatar: bytes },
    org: { tier: { schema: type("'basic' | 'gold'"), default: 'basic' }, vat: { schema: v.string(), unique: true } },
    client: { kind: z.enum(['web', 'native']), serial: { schema: z.string(), unique: true } },
  },
  { unknownKeys: { user: 'allow', org: 'strip', client: 'reject' } },
)
