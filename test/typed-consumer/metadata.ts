import { defineMetadata } from '@indwell/core'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

export interface Address {
  street: string
  city?: string | undefined
}

export const metadata = defineMetadata(
  {
    user: {
      plan: { schema: v.picklist(['free', 'pro']), default: 'free', indexed: true },
      seats: z.number().int(),
      address: v.custom<Address>(() => true),
      badge: { schema: type({ series: 'string', 'number?': 'number' }), unique: true },
      since: v.pipe(
        v.date(),
        v.transform((date) => date.toISOString()),
      ),
      note: { schema: v.string(), default: '', read: ['system'] },
    },
    'user.zitadel': { avatar: v.instance(Uint8Array) },
    org: { tier: { schema: z.enum(['basic', 'gold']), default: 'basic' } },
  },
  { unknownKeys: { user: 'reject' } },
)

defineMetadata({
  // @ts-expect-error a default is what the schema answers
  user: { plan: { schema: v.picklist(['free', 'pro']), default: 'gold' } },
})
// @ts-expect-error only subjects carry metadata
defineMetadata({ team: { plan: v.string() } })
