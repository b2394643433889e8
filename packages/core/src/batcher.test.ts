import { describe, expect, it } from 'vitest'
import { createBatcher } from './batcher'

function recorded(maxBatch: number) {
  const batches: (readonly number[])[] = []
  const ask = createBatcher(async (questions: readonly number[]) => {
    batches.push(questions)
    return questions.map((question) => question * 2)
  }, maxBatch)
  return { ask, batches }
}

describe('createBatcher', () => {
  it('asks together what is asked in one turn, and answers each in its place', async () => {
    const { ask, batches } = recorded(10)

    expect(await Promise.all([ask(1), ask(2), ask(3)])).toEqual([2, 4, 6])
    expect(await ask(4)).toBe(8)

    expect(batches).toEqual([[1, 2, 3], [4]])
  })

  it('gathers in the same way for what answers at once', async () => {
    const batches: (readonly number[])[] = []
    const ask = createBatcher((questions: readonly number[]) => {
      batches.push(questions)
      return questions.map((question) => question * 2)
    }, 10)

    expect(await Promise.all([ask(1), ask(2)])).toEqual([2, 4])
    expect(await ask(3)).toBe(6)

    expect(batches).toEqual([[1, 2], [3]])
  })

  it('asks for no more than fits into a batch', async () => {
    const { ask, batches } = recorded(2)

    expect(await Promise.all([1, 2, 3, 4, 5].map((one) => ask(one)))).toEqual([2, 4, 6, 8, 10])

    expect(batches).toEqual([[1, 2], [3, 4], [5]])
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
  ])('fails all of a batch that %s, and none of the next', async (_, fail) => {
    let fails = true
    const ask = createBatcher((questions: readonly number[]) => (fails ? fail() : Promise.resolve(questions)), 10)

    const results = await Promise.allSettled([ask(1), ask(2)])
    fails = false

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await ask(3)).toBe(3)
  })

  it('asks for nothing that was given up in the same turn', async () => {
    const { ask, batches } = recorded(2)
    const controller = new AbortController()
    const reason = new Error('gone')

    const answers = Promise.allSettled([ask(1), ask(2, controller.signal), ask(3)])
    controller.abort(reason)

    expect(await answers).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason },
      { status: 'fulfilled', value: 6 },
    ])
    expect(batches).toEqual([[1, 3]])
  })

  it('reads what does not fit into a batch behind the batch, whether that fails or not', async () => {
    const log: string[] = []
    const ask = createBatcher(
      async (questions: readonly number[]) => {
        log.push(`asks for ${questions}`)
        await new Promise((resolve) => setTimeout(resolve))
        log.push(`has ${questions}`)
        if (questions.includes(1)) throw new Error('down')
        return questions
      },
      2,
      true,
    )
    const controller = new AbortController()
    const answers = Promise.allSettled([ask(1), ask(2), ask(3), ask(4, controller.signal), ask(5)])
    await Promise.resolve()
    controller.abort()
    expect((await answers).map(({ status }) => status)).toEqual([
      ...['rejected', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    ])
    expect(log).toEqual(['asks for 1,2', 'has 1,2', 'asks for 3,5', 'has 3,5'])
  })

  describe('in halves', () => {
    const later = () => new Promise((resolve) => setTimeout(resolve))

    /** How many were asked for together, of forty callers who ask so many times. */
    async function sizesOf(times: number, between: () => Promise<unknown> | undefined, isReading = true) {
      const sizes: number[] = []
      const ask = createBatcher(
        async (questions: readonly number[]) => {
          sizes.push(questions.length)
          await later()
          return questions.map((question) => question * 2)
        },
        100,
        isReading,
      )
      await Promise.all(
        Array.from({ length: 40 }, async (_, caller) => {
          for (let time = 0; time < times; time += 1) {
            expect(await ask(caller * 10 + time)).toBe((caller * 10 + time) * 2)
            await between()
          }
        }),
      )
      return sizes
    }

    it('asks for one half while the other is answered, once many have asked again at once', async () => {
      expect(await sizesOf(4, () => undefined)).toEqual([40, 40, 20, 20, 20, 20])
      expect(await sizesOf(4, () => undefined, false)).toEqual([40, 40, 40, 40])
    })

    it('goes on with all who do something else before they ask again', async () => {
      let together: Promise<unknown> | undefined
      const somethingElse = () => {
        together ??= later().finally(() => {
          together = undefined
        })
        return together
      }
      expect(await sizesOf(4, somethingElse)).toEqual([40, 40, 40, 40])
    })
  })
})
