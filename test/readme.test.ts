import { readdir, readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { context, trace } from '@opentelemetry/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url)
const read = (path: string) => readFile(new URL(path, root), 'utf8')

/** Code blocks of a page that name a file. */
async function blocks(page: string): Promise<readonly { readonly file: string; readonly code: string }[]> {
  const found = (await read(page)).matchAll(/^```ts file=(\S+)\n(.*?)^```$/gms)
  return [...found].map(([, file = '', code = '']) => ({ file, code }))
}

/** Whose code a page shows, in its order: files of the example. */
const shownBy: Readonly<Record<string, readonly string[]>> = {
  'README.md': ['main.ts', 'native.ts', 'without-a-port.ts'],
  'docs/roles.md': ['roles.ts'],
  'docs/metadata-indexes.md': ['indexed-metadata.ts'],
  'docs/codes.md': ['codes.ts'],
  'docs/import-from-auth0.md': ['import-from-auth0.ts'],
  'docs/metadata.md': ['defined-metadata.ts', 'check-metadata.ts', 'metadata-rules.ts'],
  'docs/permissions.md': ['permissions.ts', 'visible-users.ts'],
  'docs/history.md': ['history.ts'],
  'docs/transactions.md': ['transactions.ts', 'hooks.ts'],
  'docs/updates.md': ['metadata-updates.ts'],
  'docs/changes.md': ['follow-changes.ts', 'webhooks.ts', 'follow-instances.ts'],
  'docs/finding.md': ['finding.ts', 'finding-with-more.ts'],
  'docs/many-at-once.md': ['many-at-once.ts'],
  'docs/encryption.md': ['encryption.ts'],
  'docs/moving-data.md': ['moving-data.ts'],
  'docs/signals.md': ['giving-up.ts'],
  'docs/tracing.md': ['tracing.ts'],
  'docs/limits.md': ['limits.ts'],
  'docs/grpc.md': ['grpc.ts'],
  'docs/erasure.md': ['erasure.ts', 'anonymise.ts', 'undelete.ts'],
}

it.each(Object.entries(shownBy))('%s shows, word for word, code of the examples', async (page, files) => {
  const shown = await blocks(page)

  expect(shown.map(({ file }) => file)).toEqual(files.map((file) => `examples/express-sqlite/src/${file}`))
  for (const { file, code } of shown) expect(code).toBe(await read(file))
})

it('knows every page that shows code of the examples', async () => {
  const pages = ['README.md', ...(await readdir(new URL('docs/', root))).map((name) => `docs/${name}`)]
  const showing = []
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    if ((await blocks(page)).some(({ file }) => file.startsWith('examples/express-sqlite/'))) showing.push(page)
  }

  expect(showing.sort()).toEqual(Object.keys(shownBy).sort())
})

describe('the README', () => {
  const token = 'a-secret-of-the-owner'
  let server: Server
  let url: string

  beforeAll(async () => {
    const { PORT } = process.env
    process.env.PORT = '0'
    const main = await import('../examples/express-sqlite/src/main')
    if (PORT === undefined) delete process.env.PORT
    else process.env.PORT = PORT
    server = main.server
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    url = `http://localhost:${typeof address === 'object' ? address?.port : ''}`
  })
  afterAll(async () => {
    const { directory } = await import('../examples/express-sqlite/src/main')
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await directory.close()
  })

  it('mounts a directory on Express that answers as Auth0 does', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ email: 'bob@acme.example', app_metadata: { plan: 'pro' } })
    const created = await fetch(`${url}/api/v2/users`, { method: 'POST', headers, body })
    expect(created.status).toBe(201)
    const { user_id: userId } = (await created.json()) as { user_id: string }

    const found = await fetch(`${url}/api/v2/users/${encodeURIComponent(userId)}`, { headers })

    expect(await found.json()).toMatchObject({ user_id: userId, app_metadata: { plan: 'pro' } })
    expect((await fetch(`${url}/api/v2/users`)).status).toBe(401)
    expect((await fetch(`${url}/elsewhere`, { headers })).status).toBe(404)
  })

  it('tells what the native API answers', async () => {
    const { values, answer, history } = await import('../examples/express-sqlite/src/native')

    expect(values).toEqual({ seats: 4, address: { city: 'London' } })
    expect(answer).toMatchObject({ allowed: true, via: { role: 'ORG_OWNER' } })
    expect(history.map(({ type }) => type).slice(0, 1)).toEqual(['user.human.added'])
    expect(history.map(({ type }) => type)).toContain('user.metadata.set')
  })

  it('grants by a role what it lists, until it is removed', async () => {
    const { granted, removed } = await import('../examples/express-sqlite/src/roles')

    expect(granted).toMatchObject({ allowed: true, via: { level: 'org' } })
    expect(removed).toMatchObject({ allowed: false })
  })

  it('finds by an index what was written before and after it was declared', async () => {
    const { directory, found, states } = await import('../examples/express-sqlite/src/indexed-metadata')

    expect(states).toEqual(['ready', 'ready'])
    expect(found.items.map(({ userName }) => userName)).toEqual(['ada'])
    await directory.close()
  })

  it('sends codes, and takes them back', async () => {
    const { directory, emailVerified, sent } = await import('../examples/express-sqlite/src/codes')

    expect(sent).toEqual([expect.stringMatching(/^email to ada@acme\.example: [A-Z0-9]{6}$/)])
    expect(emailVerified).toBe(true)
    await directory.close()
  })

  it('imports users from Auth0, and exports them', async () => {
    const { directory, lines, refused, result } = await import('../examples/express-sqlite/src/import-from-auth0')

    expect(result).toEqual({ failed: 1, updated: 0, inserted: 2, total: 3, dropped: { password_hash: 1 } })
    expect(refused).toMatchObject([{ user: { user_id: '5f1c' }, errors: [{ code: 'FORMAT', path: 'email' }] }])
    expect(lines.match(/"user_id":"auth0\|\w+"/g)).toEqual(['"user_id":"auth0|5f1a"', '"user_id":"auth0|5f1b"'])
    await directory.close()
  })

  it('answers the vendor’s SDK in a test, without a port', async () => {
    const { plan } = await import('../examples/express-sqlite/src/without-a-port')

    expect(plan).toBe('pro')
  })

  it('names only files and scripts that are there', async () => {
    const readme = await read('README.md')
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
    const { scripts } = JSON.parse(await read('package.json'))

    for (const path of links)
      await expect(readFile(new URL(path, root)).catch((error) => error.code)).resolves.not.toBe('ENOENT')
    for (const [, script = ''] of readme.matchAll(/pnpm(?:@12)? ([a-z]+)/g)) expect(scripts).toHaveProperty(script)
  })
})

describe('the page about metadata', () => {
  it('answers what was set, and defaults', async () => {
    const { directory, plan, values } = await import('../examples/express-sqlite/src/defined-metadata')

    expect(values).toEqual({ handle: 'ada', seats: 3, plan: 'free' })
    expect(plan).toBe('free')
    await directory.close()
  })

  it('tells what a definition would refuse before it is put in force', async () => {
    const { refused } = await import('../examples/express-sqlite/src/check-metadata')

    expect(refused).toEqual(['plan is no plan'])
  })

  it('hides, lets expire and redacts', async () => {
    const { code, directory, removed, shownToAda, told } = await import('../examples/express-sqlite/src/metadata-rules')

    expect(shownToAda).toEqual({ locale: 'de' })
    expect(code).toBeUndefined()
    expect(removed).toBe(1)
    expect(told).toContainEqual({ namespace: 'app', key: 'taxId' })
    await directory.close()
  })
})

describe('the page about permissions', () => {
  it('tells which role decided, until when, and which would', async () => {
    const { buttons, directory, edits, lends, over, removed } = await import(
      '../examples/express-sqlite/src/permissions'
    )

    expect(lends).toMatchObject({ allowed: true, because: { rule: 'role', role: 'LIBRARIAN', level: 'org' } })
    expect(edits).toMatchObject({
      allowed: false,
      because: { reason: 'missing_permission', roles: { org: ['ORG_OWNER', 'ORG_USER_MANAGER'] } },
    })
    expect(buttons.map(({ allowed }) => allowed)).toEqual([true, false, false])
    expect(over).toMatchObject({ allowed: false, because: { reason: 'no_membership', ended: { role: 'LIBRARIAN' } } })
    expect(removed).toBe(1)
    await directory.close()
  })

  it('narrows a query of the host to what the caller may see', async () => {
    const { directory, invoices } = await import('../examples/express-sqlite/src/visible-users')

    expect(invoices).toEqual([{ id: 1, user_name: 'grace' }])
    await directory.close()
  })
})

describe('the page about history', () => {
  it('tells what was, brings it back and lets go of it', async () => {
    const { change, changed, directory, left, past, purged, values } = await import(
      '../examples/express-sqlite/src/history'
    )

    expect(change).toMatchObject({
      actor: { type: 'user', reason: 'ticket 4711' },
      differences: [{ of: 'metadata', namespace: 'app', key: 'plan', before: 'pro', after: 'free' }],
    })
    expect(past).toMatchObject({ record: { userName: 'ada' }, metadata: { app: { plan: 'pro', seats: 5 } } })
    expect([...changed].sort()).toEqual(['plan', 'seats'])
    expect(values).toEqual({ plan: 'pro', seats: 5 })
    expect(purged.removed).toBeGreaterThan(0)
    expect(left).toMatchObject([{ type: 'user.history.folded', purged: { events: 7 } }])
    await directory.close()
  })
})

describe('the page about updates', () => {
  it('ends with what the verbs make, and says what became of which key', async () => {
    const { conflict, directory, taken, told, values } = await import('../examples/express-sqlite/src/metadata-updates')

    expect(values).toEqual({
      tier: 'pro',
      home: { city: 'London', street: { name: 'Baker Street', number: 221 } },
      logins: 9,
      seats: 5,
    })
    expect(told).toEqual({ added: ['tier', 'seats'], updated: ['logins'], removed: ['tags', 'plan'] })
    expect(conflict).toMatchObject({ code: 'version_conflict', key: 'seats', currentVersion: expect.any(String) })
    expect(taken).toBe('version_conflict')
    await directory.close()
  })
})

describe('the page about changes', () => {
  it('follows what was and what will be', async () => {
    const { after, directory, plans, welcomed } = await import('../examples/express-sqlite/src/follow-changes')

    expect(plans).toEqual(['plan: undefined -> free', 'plan: free -> pro'])
    expect(after).toBeTypeOf('string')
    await expect.poll(() => welcomed).toHaveLength(1)
    await directory.close()
  })

  it('follows every instance', async () => {
    const { after, storage, welcomed } = await import('../examples/express-sqlite/src/follow-instances')

    expect(welcomed).toEqual(['tenant-1 ada', 'tenant-2 ada'])
    expect(after).toBeTypeOf('string')
    await storage.close()
  })

  it('sends webhooks', async () => {
    const { crm, directory, requests } = await import('../examples/express-sqlite/src/webhooks')

    await expect.poll(() => requests).toHaveLength(1)
    await expect.poll(() => crm.deliveries()).toMatchObject([{ attempt: 1, status: 204 }])
    expect(JSON.parse(requests[0]!)).toMatchObject({ type: 'user.human.added', data: { fields: { userName: {} } } })
    await directory.close()
  })
})

describe('the page about finding', () => {
  it('finds page after page, and refuses what was not meant', async () => {
    const { directory, items, names, refused } = await import('../examples/express-sqlite/src/finding')

    expect(items.map(({ userName }) => userName)).toEqual(['cleo'])
    expect(names).toEqual(['ada', 'bob', 'cleo', 'dan'])
    expect(refused).toBe('where.email: must not be undefined: leave it out')
    await directory.close()
  })

  it('finds orgs and members, includes what belongs to users, and says what an index serves', async () => {
    const more = await import('../examples/express-sqlite/src/finding-with-more')

    expect(more.gold.items.map(({ name }) => name)).toEqual(['Acme'])
    expect(more.owners.items.map(({ user }) => user.userName)).toEqual(['ada'])
    expect(more.plans).toEqual(['pro'])
    expect(more.page.items[0]?.memberships).toMatchObject([{ orgName: 'Acme', roles: ['ORG_OWNER'] }])
    expect(more.refused).toMatch(/^where\.metadata\.note: is not indexed: declare indexed: true for 'note'/)
    expect(more.warned.items).toHaveLength(1)
    expect(more.warnings).toMatchObject([{ where: 'where.metadata.note', reason: 'undeclared' }])
    expect(more.served).toEqual({
      where: 'where.metadata.plan',
      index: 'indwell_indexed_value_by_value',
      metadataIndex: 'ready',
    })
    await more.directory.close()
  })
})

describe('the page about many at once', () => {
  it('tells what it would do, does it in batches, and all at once', async () => {
    const { credits, directory, done, rehearsed, resumeFrom } = await import(
      '../examples/express-sqlite/src/many-at-once'
    )

    expect(rehearsed).toEqual(['ada: changed', 'cleo: changed'])
    expect(done).toEqual({ matched: 2, changed: 2, unchanged: 0, failed: 0, failures: [] })
    expect(resumeFrom).toBeUndefined()
    expect(credits).toEqual([
      { plan: 'pro', credits: 11 },
      { plan: 'pro', credits: 1 },
      { plan: 'pro', credits: 11 },
    ])
    await directory.close()
  })
})

describe('the page about encryption', () => {
  it('reads, finds and rotates what is encrypted', async () => {
    const { directory, values, found, done, after } = await import('../examples/express-sqlite/src/encryption')

    expect(values).toEqual({ taxId: 'DE 1', diagnosis: 'none' })
    expect(found.items.map(({ userName }) => userName)).toEqual(['ada'])
    expect(done).toEqual({ entries: 2, events: 2, unreadable: 0, conflicts: 0 })
    expect(after.value).toBe('none')
    await directory.close()
  })
})

describe('the page about moving data', () => {
  it('moves everything, and changes nothing when it is done again', async () => {
    const { ada, again, directory, imported, rehearsed, resumeFrom } = await import(
      '../examples/express-sqlite/src/moving-data'
    )

    const counts = { updated: 0, skipped: 0, failed: 0, complete: true, failures: [] }
    expect(imported).toEqual({ ...counts, created: 3, unchanged: 1 })
    expect(rehearsed).toEqual(imported)
    expect(again).toEqual({ ...counts, created: 0, unchanged: 4 })
    expect(resumeFrom).toBe(5)
    expect(ada).toMatchObject({ userId: 'ada', email: 'ada@acme.example' })
    await directory.close()
  })
})

describe('the page about giving calls up', () => {
  it('gives up the calls of a request that is gone', async () => {
    const { all, found, givenUp } = await import('../examples/express-sqlite/src/giving-up')

    expect(found).toMatchObject({ userName: 'ada' })
    expect(all.items).toHaveLength(1)
    expect(givenUp).toEqual(new Error('the client is gone'))
  })
})

describe('the page about tracing', () => {
  it('makes spans of calls, and of what they ask the database', async () => {
    const { directory, spans } = await import('../examples/express-sqlite/src/tracing')

    // Others run in this process.
    context.disable()
    trace.disable()
    expect(spans.map(({ name }) => name)).toEqual([
      'load',
      'commit',
      'indwell.users.createHuman',
      'commitUnread',
      'indwell.users.metadata.set',
      'POST /sign-up',
    ])
    expect(spans[3]!.attributes).toEqual({ 'db.system.name': 'sqlite', 'db.operation.name': 'commitUnread' })
    expect(spans[4]!.attributes).toMatchObject({ 'indwell.caller.type': 'system', 'indwell.input.count': 2 })
    await directory.close()
  })
})

describe('the page about gRPC', () => {
  it('serves the client that ZITADEL ships', async () => {
    const { plan } = await import('../examples/express-sqlite/src/grpc')

    expect(plan).toBe('pro')
  })
})

describe('the page about limits', () => {
  it('names what is too long, how long it is, and the limit', async () => {
    const { refused } = await import('../examples/express-sqlite/src/limits')

    expect(refused).toMatchObject({ message: 'metadata.value.bytes of avatar is 5000, at most 4096 allowed' })
  })
})

describe('the page about erasure', () => {
  it('leaves an account that is nobody’s', async () => {
    const { directory, left, user, values } = await import('../examples/express-sqlite/src/anonymise')

    expect(user).toMatchObject({ firstName: null, email: null, preferredLanguage: 'en' })
    expect(values).toEqual({ plan: 'pro' })
    expect(left).toMatchObject([{ type: 'user.anonymised', actor: { reason: expect.stringContaining('request 18') } }])
    await directory.close()
  })

  it('undoes a deletion', async () => {
    const example = await import('../examples/express-sqlite/src/undelete')

    expect(example.gone).toBeUndefined()
    expect(example.deleted).toMatchObject([{ userName: 'ada', names: 'freed' }])
    expect(example.taken).toBe('user_name')
    expect(example.plan).toBe('pro')
    expect(example.purged).toEqual({ users: 0 })
    await example.directory.close()
  })

  it('hands over and forgets', async () => {
    const { directory, left, lines, told } = await import('../examples/express-sqlite/src/erasure')

    const parts = lines.map((line): { readonly part: string } => JSON.parse(line))
    expect(parts.map(({ part }) => part)).toEqual(['export', 'user', 'metadata', 'change', 'change', 'change', 'end'])
    expect(told).toHaveLength(1)
    expect(left).toMatchObject([{ type: 'user.erased', actor: { reason: expect.stringContaining('request 17') } }])
    await directory.close()
  })
})
