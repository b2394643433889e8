import { createDirectory } from '@indwell/core'
import { sendWebhooks } from '@indwell/http-adapter/webhooks'
import { sqliteStorage } from '@indwell/storage-sqlite'

export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })

export const requests: string[] = []
export const webhooks = sendWebhooks(directory, {
  endpoints: [
    {
      id: 'crm',
      url: 'https://crm.example/hooks',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], // several while you change from one to the next
      types: ['user.human.added', 'user.removed'],
      start: 'oldest',
    },
  ],
  // URLs are your choice; where they are your customers', refuse addresses of your own network here.
  allow: ({ hostname }) => hostname.endsWith('.example'),
  // Absent: the global one.
  fetch: async (_url, request) => {
    requests.push(String(request?.body))
    return new Response(null, { status: 204 })
  },
})

await directory.asSystem('sign-up').users.createHuman({ userName: 'ada' })

export const crm = webhooks.endpoint('crm') // its status(), deliveries(), replay(position), retryParked(), enable()
