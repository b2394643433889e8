import {
  ContentionError,
  type Directory,
  isDirectoryError,
  type JsonValue,
  type MetadataAccess,
  NotFoundError,
} from '@indwell/core'
import type { RowReport } from '../transfer/row-report'
import { isActive, type Job, keptMs } from './job'

const jobsNamespace = 'auth0-jobs'
const errorsNamespace = 'auth0-job-errors'
/** Longest piece of a list of errors, in characters of JSON. */
const maxPageLength = 262_144
/** More errors are counted, not kept. */
export const maxReports = 10_000
/** Before other writers of the default org are taken to be too many. */
const maxAttempts = 60

/**
 * The jobs of the instance, in its database, so that every process sees them: entries of the default org in namespaces
 * that only the system reads. They are written three or four times each and forgotten after a day, which no table of
 * their own would be worth, and their history is the org's.
 */
export class JobStore {
  readonly #directory: Directory
  #creating: Promise<unknown> = Promise.resolve()

  constructor(directory: Directory) {
    this.#directory = directory
  }

  now(): number {
    return this.#directory.now()
  }

  /** The job, unless it is forgotten by now. */
  async find(id: string): Promise<Job | undefined> {
    const { jobs } = await this.#entries()
    const job = jobOf((await jobs.find(id))?.value)
    return job !== undefined && this.#isKept(job) ? job : undefined
  }

  /**
   * Keeps a new job, and forgets those of yesterday. `false`: as many of its type are active already, in whatever process.
   *
   * @throws {@link ContentionError} when others changed the default org again and again meanwhile.
   */
  async add(job: Job, maxActive: number): Promise<boolean> {
    // Calls of one process wait for each other: only those of others can make it try again.
    const adding = this.#creating.then(() => this.#add(job, maxActive))
    this.#creating = adding.catch(() => undefined)
    return adding
  }

  async put(job: Job): Promise<void> {
    const { jobs } = await this.#entries()
    await jobs.set({ [job.id]: asJson(job) })
  }

  /** Keeps what is wrong with rows, before their job says that it is there. Answers in how many pieces. */
  async putReports(job: Job, reports: readonly RowReport[]): Promise<number> {
    const { errors } = await this.#entries()
    let pages = 0
    let page: string[] = []
    let length = 0
    const write = async () => {
      await errors.set({ [pageKey(job.id, pages)]: JSON.parse(`[${page.join(',')}]`) as JsonValue })
      pages += 1
      page = []
      length = 0
    }
    for (const report of reports) {
      const text = JSON.stringify(report)
      if (page.length > 0 && length + text.length > maxPageLength) await write()
      page.push(text)
      length += text.length
    }
    if (page.length > 0) await write()
    return pages
  }

  async reports(job: Job): Promise<readonly JsonValue[]> {
    const { errors } = await this.#entries()
    const pages = await Promise.all(pageKeys(job).map((key) => errors.find(key)))
    return pages.flatMap((page) => (Array.isArray(page?.value) ? page.value : []))
  }

  async #add(job: Job, maxActive: number): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#tryToAdd(job, maxActive)
      } catch (error) {
        if (!isDirectoryError(error) || error.code !== 'version_conflict') throw error
        if (attempt === maxAttempts) throw new ContentionError(attempt)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * attempt))
      }
    }
  }

  /** The write names the version of the org that the jobs were read at, so that none was added since. */
  async #tryToAdd(job: Job, maxActive: number): Promise<boolean> {
    const { orgs, orgId } = await this.#entries()
    const [snapshot] = await orgs.findSnapshots([orgId], jobsNamespace)
    if (snapshot === undefined) throw new NotFoundError('org', orgId)
    const known = Object.values(snapshot.metadata).flatMap((value) => jobOf(value) ?? [])
    const active = known.filter(({ type }) => type === job.type).filter((other) => isActive(other, this.now()))
    if (active.length >= maxActive) return false
    const forgotten = known.filter((other) => !this.#isKept(other))
    const change = {
      [jobsNamespace]: { set: { [job.id]: asJson(job) }, remove: forgotten.map(({ id }) => id) },
      [errorsNamespace]: { remove: forgotten.flatMap(pageKeys) },
    }
    await orgs.update(orgId, { metadata: change }, { ifVersion: snapshot.version })
    return true
  }

  #isKept({ createdAt }: Job): boolean {
    return this.now() - createdAt <= keptMs
  }

  async #entries() {
    const { orgs } = this.#directory.asSystem('auth0 jobs')
    const { orgId } = await orgs.getDefault()
    const jobs: MetadataAccess = orgs.metadata(orgId, jobsNamespace)
    const errors: MetadataAccess = orgs.metadata(orgId, errorsNamespace)
    return { orgs, orgId, jobs, errors }
  }
}

/** A job without what is `undefined`. */
function asJson(job: Job): JsonValue {
  return JSON.parse(JSON.stringify(job))
}

/** What this class alone writes. */
function jobOf(value: unknown): Job | undefined {
  return value as Job | undefined
}

function pageKeys(job: Job): readonly string[] {
  const pages = job.type === 'users_import' ? (job.errorPages ?? 0) : 0
  return Array.from({ length: pages }, (_, page) => pageKey(job.id, page))
}

const pageKey = (id: string, page: number) => `${id}/${String(page).padStart(4, '0')}`
