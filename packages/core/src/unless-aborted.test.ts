import { describe, expect, it } from 'vitest'
import { unlessAborted, untilAborted } from './unless-aborted'

const never = new Promise<never>(() => {})

describe('unlessAborted', () => {
  it('answers as the question does', async () => {
    const { signal } = new AbortController()
    const fails = new Error('of the work')

    await expect(unlessAborted(signal, async () => 1)).resolves.toBe(1)
    await expect(unlessAborted(signal, () => Promise.reject(fails))).rejects.toBe(fails)
  })

  it('rejects with the reason of the signal, and asks nothing behind it', async () => {
    const control = new AbortController()
    const pending = unlessAborted(control.signal, () => never)
    control.abort('enough')
    let asked = false

    await expect(pending).rejects.toBe('enough')
    await expect(
      unlessAborted(control.signal, () => {
        asked = true
        return never
      }),
    ).rejects.toBe('enough')
    expect(asked).toBe(false)
  })
})

describe('untilAborted', () => {
  it('answers as the work does', async () => {
    const { signal } = new AbortController()
    const fails = new Error('of the work')

    await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1)
    await expect(untilAborted(Promise.reject(fails), signal)).rejects.toBe(fails)
  })

  it('answers nothing once the signal is given, whatever becomes of the work', async () => {
    const control = new AbortController()
    let fail: (error: Error) => void = () => {}
    const work = new Promise<number>((_, reject) => {
      fail = reject
    })
    const pending = untilAborted(work, control.signal)
    control.abort()
    fail(new Error('too late'))

    await expect(pending).resolves.toBeUndefined()
    await expect(untilAborted(Promise.reject(new Error('of the work')), control.signal)).resolves.toBeUndefined()
  })
})
