import { readFile, writeFile } from 'node:fs/promises'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../world'
import type { Client, Target } from './client'
import { clients } from './clients'
import { conversation, converse } from './conversation'
import { type Listener, listeners } from './listeners'
import type { OpenListener } from './open-server'
import { selfSigned } from './self-signed'
import { trustingFetch } from './trusting-fetch'

const tls = selfSigned()
const cells = new Map<Listener, Map<Client, string>>()
let world: World

beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

describe.each(listeners)('at $name', (listener) => {
  const row = new Map<Client, string>()
  let opened: OpenListener

  beforeAll(async () => {
    opened = await listener.open(world.exchange, tls)
    cells.set(listener, row)
  })
  afterAll(() => opened.close())

  const [served, lost] = [true, false].map((speaks) =>
    clients
      .filter(({ fetches }) => listener.listens || fetches)
      .filter(({ http }) => listener.http.includes(http) === speaks)
      .map((client) => [titleOf(client), client] as const),
  )

  it.each(served!)('%s reads, writes and is refused', async (title, client) => {
    const { call, close } = client.open(await targetOf(client))
    const outcomes = await converse(call, `${title} at ${listener.name}`)
    await close()

    expect(outcomes[0]).toMatchObject({ answer: { details: { resourceOwner: world.acme } } })
    expect(outcomes.slice(1)).toMatchObject(conversation.map(({ ends }) => ends))
    row.set(client, '✓')
  })

  if (lost!.length > 0) {
    it.each(lost!)('%s, which speaks another version of HTTP, is told so', async (title, client) => {
      const { call, close } = client.open(await targetOf(client))
      const outcomes = await converse(call, title)
      await close()

      expect(outcomes).toMatchObject([{ fails: { code: client.lost } }])
      row.set(client, status[client.lost]!)
    })
  }

  async function targetOf({ fetches }: Client): Promise<Target> {
    const { url, fetch } = opened
    const { rootToken: token } = world
    if (!listener.tls) return { url, token, fetch }
    return { url, token, ca: tls.cert, fetch: fetches && (await trustingFetch(tls.cert)) }
  }
})

/** Between these is what is made here. `INDWELL_WRITE_CLIENTS=1` makes it anew. */
const [from, to] = ['<!-- clients -->\n', '<!-- /clients -->']
const page = new URL('../../../../docs/grpc.md', import.meta.url)

describe('docs/grpc.md', () => {
  it('tells which client works on which listener, as was seen above', async () => {
    const text = await readFile(page, 'utf8')
    const [before, rest] = text.split(from)
    const [shown, behind] = rest!.split(to)
    const seen = tableOf(cells)
    if (process.env.INDWELL_WRITE_CLIENTS === '1') await writeFile(page, before + from + seen + to + behind)
    else expect(shown, 'INDWELL_WRITE_CLIENTS=1 writes it anew').toBe(seen)
  })
})

function titleOf({ name, protocol, http }: Client): string {
  return name.includes('connect-node') ? `${name}, ${protocol} on HTTP/${http}` : name
}

function tableOf(rows: ReadonlyMap<Listener, ReadonlyMap<Client, string>>): string {
  const heads = clients.map((client) => titleOf(client))
  const lines = [...rows].map(([{ name }, row]) => [name, ...clients.map((client) => row.get(client) ?? '–')])
  const cells = [['', ...heads], ['---', ...heads.map(() => ':-:')], ...lines]
  return cells.map((line) => `| ${line.join(' | ')} |\n`).join('')
}
