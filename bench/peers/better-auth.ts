import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { admin, organization } from 'better-auth/plugins'
import Database from 'better-sqlite3'
import pg from 'pg'

/** The jobs that both sides do, each by a caller who is known and whose rights are checked. */
export interface Peer {
  getUser(number: number): Promise<unknown>
  createUser(number: number): Promise<unknown>
  setMetadata(number: number): Promise<unknown>
  createOrg(number: number): Promise<unknown>
  updateOrgMetadata(number: number): Promise<unknown>
  checkPermission(): Promise<unknown>
  close(): Promise<void>
}

/** Whoever creates an org owns it: few people own thousands. */
export const orgCreators = 20

type AuthDatabase = { readonly file: string } | { readonly connectionString: string }

/**
 * better-auth as its documents set it up, with its admin and organization plugins, called in process: `auth.api.*` with
 * the headers of somebody who is signed in.
 */
export async function betterAuthPeer(where: AuthDatabase, users: number): Promise<Peer> {
  const database = open(where)
  const auth = betterAuth({
    database: database.own,
    secret: 'only-for-the-bench-0123456789abcdef',
    baseURL: 'http://127.0.0.1',
    emailAndPassword: { enabled: true },
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    user: { additionalFields: { metadata: { type: 'string', required: false } } },
    plugins: [admin(), organization({ organizationLimit: Number.MAX_SAFE_INTEGER })],
  })
  const { runMigrations } = await getMigrations(auth.options)
  await runMigrations()

  const signIn = async (number: number) => {
    const account = { email: `owner${number}@example.com`, password: 'a-password-of-the-bench', name: 'Owner' }
    const signedUp = await auth.api.signUpEmail({ body: account, returnHeaders: true })
    await database.makeAdmin(signedUp.response.user.id)
    const cookies = signedUp.headers.getSetCookie().map((line) => line.split(';', 1)[0])
    return new Headers({ cookie: cookies.join('; ') })
  }
  const headers = await signIn(0)
  const creators: Headers[] = []
  for (let number = 1; number <= orgCreators; number += 1) creators.push(await signIn(number))

  const userIds: string[] = []
  for (let number = 0; number < users; number += 1) {
    const body = { email: `ada${number}@example.com`, name: `Ada No ${number}` }
    userIds.push((await auth.api.createUser({ body })).user.id)
  }
  const first = await auth.api.createOrganization({ body: { name: 'Org', slug: 'org' }, headers })
  const organizationId = first?.id ?? ''
  const userOf = (number: number) => userIds[number % userIds.length]!

  return {
    getUser: (number) => auth.api.getUser({ query: { id: userOf(number) }, headers }),
    createUser: (number) =>
      auth.api.createUser({ body: { email: `new${number}@example.com`, name: 'Ada New' }, headers }),
    setMetadata: (number) =>
      auth.api.adminUpdateUser({
        body: { userId: userOf(number), data: { metadata: JSON.stringify({ plan: 'full', seats: number }) } },
        headers,
      }),
    createOrg: (number) =>
      auth.api.createOrganization({
        body: { name: `Org ${number}`, slug: `org-${number}`, keepCurrentActiveOrganization: true },
        headers: creators[number % orgCreators]!,
      }),
    updateOrgMetadata: (number) =>
      auth.api.updateOrganization({
        body: { organizationId, data: { metadata: { plan: 'full', seats: number } } },
        headers,
      }),
    checkPermission: () =>
      auth.api.hasPermission({ body: { organizationId, permissions: { organization: ['update'] } }, headers }),
    close: database.close,
  }
}

function open(where: AuthDatabase) {
  if ('file' in where) {
    const own = new Database(where.file)
    for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'cache_size = -65536']) own.pragma(pragma)
    return {
      own,
      makeAdmin: async (userId: string) => {
        own.prepare(`update user set role = 'admin' where id = ?`).run(userId)
      },
      close: async () => {
        own.close()
      },
    }
  }
  const own = new pg.Pool({ connectionString: where.connectionString, max: 10 })
  // The server may stop while a connection still ends; without a listener that would end the bench.
  own.on('error', () => {})
  // The server may be stopped before the last connection is told.
  own.on('error', () => undefined)
  return {
    own,
    makeAdmin: async (userId: string) => {
      await own.query(`update "user" set role = 'admin' where id = $1`, [userId])
    },
    close: () => own.end(),
  }
}
