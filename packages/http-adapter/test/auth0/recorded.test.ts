import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { auth0World } from './auth0-world'

/** A call of the real service and its answer. Ids, times, pictures and secrets differ from run to run. */
interface RecordedStep {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string | readonly string[]>>
  readonly status: number
  readonly requestBody?: unknown
  readonly responseBody?: unknown
}
interface Recording {
  readonly sequences: readonly { readonly file: string; readonly steps: readonly RecordedStep[] }[]
}

// The recordings are other people's; they are looked for beside the repository.
const location =
  process.env.INDWELL_AUTH0_RECORDINGS ??
  fileURLToPath(new URL('../../../../../shared/oracles/auth0-recorded.json', import.meta.url))
const recording: Recording | undefined = existsSync(location) ? JSON.parse(readFileSync(location, 'utf8')) : undefined

const served = new RegExp(
  `^/api/v2/(?:${[
    'users(?:/[^/]+(?:/organizations|/roles|/logs|/identities(?:/[^/]+){0,2})?)?',
    'users-by-email',
    'clients(?:/[^/]+)?',
    'organizations(?:/[^/]+(?:/members(?:/[^/]+/roles)?)?|/name/[^/]+)?',
    'roles(?:/[^/]+(?:/users)?)?',
    'jobs/users-(?:im|ex)ports',
    'jobs/job_\\w+(?:/errors)?',
  ].join('|')})$`,
)
/** Lists users of one moment in the order of their ids, which are others here: `roles.test.ts` goes through such pages. */
const byRandomIds = new Set(['TestRoleManager_UsersCheckpointPagination.yaml'])
/** Told to the face as an option: it serves no connections. */
const connections = '/api/v2/connections'
const isServed = ({ file, steps }: { readonly file: string; readonly steps: readonly RecordedStep[] }) =>
  !byRandomIds.has(file) && !isEventual(steps) && steps.every(({ path }) => served.test(path) || path === connections)
/** The service's search has not seen the user yet that was imported: ours has. */
const isEventual = (steps: readonly RecordedStep[]) =>
  steps.some(({ path, responseBody }) => path.endsWith('/users-by-email') && isEmpty(responseBody)) &&
  steps.some(({ path }) => path.endsWith('/users-imports'))
/** The service's log has not seen yet what just happened to the user: ours has. */
const isLateLog = ({ path, responseBody }: RecordedStep) => path.endsWith('/logs') && isEmpty(responseBody)
const isEmpty = (body: unknown) => Array.isArray(body) && body.length === 0

/** Members whose values are the service's own, or were taken out of the recording. */
const volatile = new Set([
  'created_at',
  'updated_at',
  'last_password_reset',
  'picture',
  'client_secret',
  'signing_keys',
])
/** The service adds ids to credentials, and used to answer an older name of `cross_origin_authentication`. */
const unknownMembers = new Set(['client_authentication_methods', 'cross_origin_auth'])

describe.skipIf(recording === undefined)('recorded conversations with the service', () => {
  it.each(recording?.sequences.filter(isServed) ?? [])('$file goes the same way here', async ({ steps }) => {
    const { call } = await auth0World({ tenant: 'go-auth0-dev', connections: namesOf(steps) })
    const ids = new Map<string, string>()
    const translate = (text: string) =>
      [...ids].reduce((result, [theirs, ours]) => result.replaceAll(theirs, ours), text)

    for (const step of steps.filter(({ path }) => path !== connections)) {
      const query = new URLSearchParams()
      for (const [name, values] of Object.entries(step.query)) {
        for (const value of [values].flat()) query.append(name, translate(value))
      }
      const path = translate(decodeURIComponent(step.path.replace('/api/v2', '')))
      const encoded = path.split('/').map(encodeURIComponent).join('/')
      const { sent, headers } = bodyOf(step, translate)
      if (/\/jobs\/job_/.test(path))
        await vi.waitUntil(async () => isDone((await call('GET', withoutErrors(encoded))).body))

      const { status, body } = await call(step.method, `${encoded}?${query}`, sent, { headers })

      expect({ step: `${step.method} ${step.path}`, status, body }).toMatchObject({ status: step.status })
      learn(ids, step.responseBody, body)
      if (step.responseBody !== null && status < 400) {
        const theirs = expected(JSON.parse(translate(JSON.stringify(step.responseBody))))
        // Ids stand in lists in their order, and are made by chance: who is on which page differs.
        if (isLateLog(step)) expect(body).toContainEqual(expect.objectContaining({ type: 'ss' }))
        else if (step.query.take === undefined) expect(body).toMatchObject(theirs as object)
        else expect(sizesOf(body)).toEqual(sizesOf(theirs))
      }
    }
  })

  it('leaves out only what other routes are part of', () => {
    const foreign = recording?.sequences
      .filter((sequence) => !isServed(sequence) && !byRandomIds.has(sequence.file))
      .filter(({ steps }) => !isEventual(steps))
      .map(({ steps }) => steps.map(({ path }) => path).find((path) => !served.test(path)))

    expect(foreign?.every((path) => path !== undefined)).toBe(true)
    expect(recording?.sequences.filter(isServed).length).toBeGreaterThanOrEqual(34)
  })
})

const isDone = ({ status }: Record<string, unknown>) => status === 'completed' || status === 'failed'
const withoutErrors = (path: string) => path.replace(/\/errors$/, '')

/** The connections that a conversation looked up, by id. */
function namesOf(steps: readonly RecordedStep[]): Readonly<Record<string, string>> {
  const answers = steps.filter(({ path }) => path === connections).map(({ responseBody }) => responseBody)
  const found = answers.flatMap(
    (answer) => (answer as { connections: readonly { id: string; name: string }[] }).connections,
  )
  return Object.fromEntries(found.map(({ id, name }) => [id, name]))
}

/** What a step sends: JSON, or a form as it was recorded. */
function bodyOf({ requestBody }: RecordedStep, translate: (text: string) => string) {
  if (requestBody === undefined) return { sent: undefined, headers: {} }
  const form = (requestBody as { readonly $text?: string } | null)?.$text
  if (form === undefined) return { sent: translate(JSON.stringify(requestBody)), headers: {} }
  const boundary = form.slice(2, form.indexOf('\r\n'))
  return { sent: form, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

/** Notes which of our ids stand where theirs did. */
function learn(ids: Map<string, string>, theirs: unknown, ours: unknown): void {
  // Of longer lists it is not known which is which.
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length === 1 && ours.length === 1) learn(ids, theirs[0], ours[0])
    return
  }
  if (typeof theirs !== 'object' || theirs === null || typeof ours !== 'object' || ours === null) return
  for (const name of ['user_id', 'client_id', 'id', 'next']) {
    const [one, other] = [Reflect.get(theirs, name), Reflect.get(ours, name)]
    if (typeof one !== 'string' || typeof other !== 'string') continue
    ids.set(one, other)
    // Identities carry the raw id.
    if (one.includes('|')) ids.set(one.slice(one.indexOf('|') + 1), other.slice(other.indexOf('|') + 1))
  }
}

/** How long the lists of a page are, and which other members it has. */
function sizesOf(page: unknown): unknown {
  return Object.entries(page as object).map(([name, value]) => [name, Array.isArray(value) ? value.length : 'there'])
}

/** What has to be the same here; lists hold what there was in the tenant, of which ours is one. */
function expected(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expected)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !volatile.has(name) && !unknownMembers.has(name))
      .map(([name, member]) => [name, expected(member)]),
  )
}
