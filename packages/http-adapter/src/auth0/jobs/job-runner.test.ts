import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { beforeEach, expect, it } from 'vitest'
import { type Job, leaseMs } from './job'
import { JobRunner } from './job-runner'
import { JobStore } from './job-store'

let now: number
let isBroken: boolean
let store: JobStore
let runner: JobRunner
let job: Job
const failures: unknown[] = []

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  isBroken = false
  const storage = sqliteStorage({ filename: ':memory:' })
  const directory = await createDirectory({
    clock: () => now,
    storage: {
      ...storage,
      commit: async (instanceId, commits) => {
        if (isBroken) throw new Error('the disk is full')
        return storage.commit(instanceId, commits)
      },
      commitUnread: async (instanceId, commits) => {
        if (isBroken) throw new Error('the disk is full')
        return storage.commitUnread!(instanceId, commits)
      },
    },
  })
  store = new JobStore(directory)
  runner = new JobRunner(store, 1)
  job = { type: 'users_import', id: 'job_0000000000000000', status: 'pending', createdAt: now }
  await store.add(job, 1)
  failures.splice(0)
})

const start = (work: (signal: AbortSignal) => Promise<Job>) => runner.start(job, work, (error) => failures.push(error))
const other = (): Job => ({ ...job, id: 'job_1111111111111111', createdAt: now })
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

it('a job keeps its place for as long as it is worked on', async () => {
  let finish = (_: Job) => {}
  start(() => new Promise((resolve) => (finish = resolve)))
  await expect.poll(() => store.find(job.id)).toMatchObject({ status: 'processing', aliveAt: now })

  for (let step = 0; step < 5; step += 1) {
    now += leaseMs / 2
    await expect.poll(() => store.find(job.id)).toMatchObject({ aliveAt: now })
    expect(await store.add(other(), 1)).toBe(false)
  }
  finish({ ...job, status: 'completed' })
  await expect.poll(() => store.find(job.id)).toMatchObject({ status: 'completed' })
  expect(await store.add(other(), 1)).toBe(true)
  expect(failures).toEqual([])
})

it('a job that others may take for left is not worked on any more', async () => {
  start(aborted)
  await expect.poll(() => store.find(job.id)).toMatchObject({ status: 'processing' })

  isBroken = true
  now += leaseMs / 2 + 1
  await expect.poll(() => failures).toMatchObject([{ message: 'nobody was told of the job' }])

  isBroken = false
  expect(await store.add(other(), 1)).toBe(false)
  now += leaseMs / 2
  expect(await store.add(other(), 1)).toBe(true)
})

it('a job that was taken for left has failed, whatever becomes of it', async () => {
  let finish = (_: Job) => {}
  start(() => new Promise((resolve) => (finish = resolve)))
  await expect.poll(() => store.find(job.id)).toMatchObject({ status: 'processing' })
  // As after a machine that slept: nothing was done, and much time is gone.
  now += leaseMs + 1
  finish({ ...job, status: 'completed' })

  await expect
    .poll(() => store.find(job.id))
    .toMatchObject({
      status: 'failed',
      details: 'The process that worked on the job has ended.',
    })
})
