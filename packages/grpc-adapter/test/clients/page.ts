import { createManagementServiceClient } from '@zitadel/client/v1'
import { createClientTransport } from '@zitadel/client/web'
import { callOf } from './connect-call'
import { converse } from './conversation'

/** What a page does: it is bundled for a browser, and called there. */
Object.assign(globalThis, {
  talk: (url: string, token: string, userName: string) =>
    converse(callOf(createManagementServiceClient(createClientTransport(token, { baseUrl: url }))), userName),
})
