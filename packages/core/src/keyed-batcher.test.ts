import { describe, expect, it } from 'vitest'
import { createKeyedBatcher, type KeyedBatches } from './keyed-batcher'

/** Asks for texts whose first letter is their key, and answers when told to. */
function askedBatcher(patienceMs = 10_000, max: Partial<KeyedBatches> = {}) {
  const asked: { readonly batch: string; answer(): void; fail(): void }[] = []
  const ask = createKeyedBatcher(
    (questions: readonly string[]) =>
      new Promise<readonly string[]>((resolve, reject) => {
        asked.push({
          batch: questions.join(' '),
          answer: () => resolve(questions.map((question) => question.toUpperCase())),
          fail: () => reject(new Error('broken')),
        })
      }),
    ([key]) => key!,
    { questions: 4, keys: 2, underway: 2, inHalves: false, patienceMs, ...max },
  )
  return { ask, asked, batches: () => asked.map(({ batch }) => batch) }
}

const turn = () => new Promise((resolve) => setTimeout(resolve))

describe('createKeyedBatcher', () => {
  it('asks for what one turn gathers together', async () => {
    const { ask, asked, batches } = askedBatcher()
    const answers = Promise.all([ask('a1'), ask('b1'), ask('a2')])
    await turn()
    expect(batches()).toEqual(['a1 b1 a2'])
    asked[0]!.answer()
    expect(await answers).toEqual(['A1', 'B1', 'A2'])
  })

  it('holds back what is about a key underway, and nothing else', async () => {
    const { ask, asked, batches } = askedBatcher()
    const first = ask('a1')
    await turn()
    const held = [ask('a2'), ask('a3')]
    const other = ask('b1')
    await turn()
    expect(batches()).toEqual(['a1', 'b1'])
    asked[0]!.answer()
    await first
    held.push(ask('a4'))
    await turn()
    expect(batches()).toEqual(['a1', 'b1', 'a2 a3 a4'])
    for (const { answer } of asked) answer()
    expect(await Promise.all([other, ...held])).toEqual(['B1', 'A2', 'A3', 'A4'])
  })

  it('keeps what is about one key together, in the order in which it was asked', async () => {
    const { ask, asked, batches } = askedBatcher()
    const answers = Promise.all(['a1', 'b1', 'c1', 'a2', 'a3', 'a4', 'c2'].map((one) => ask(one)))
    await turn()
    expect(batches()).toEqual(['a1 b1 a2 a3', 'c1 c2'])
    asked[0]!.answer()
    await turn()
    expect(batches().slice(2)).toEqual(['a4'])
    for (const { answer } of asked) answer()
    expect(await answers).toEqual(['A1', 'B1', 'C1', 'A2', 'A3', 'A4', 'C2'])
  })

  it('goes on gathering while two batches are underway', async () => {
    const { ask, asked, batches } = askedBatcher()
    const answers = ['a1', 'b1', 'c1', 'd1', 'e1', 'f1'].map((one) => ask(one))
    await turn()
    answers.push(ask('b2'))
    await turn()
    expect(batches()).toEqual(['a1 b1', 'c1 d1'])
    asked[0]!.answer()
    await turn()
    expect(batches().slice(2)).toEqual(['e1 f1'])
    asked[1]!.answer()
    await turn()
    expect(batches().slice(3)).toEqual(['b2'])
    for (const { answer } of asked) answer()
    expect(await Promise.all(answers)).toEqual(['A1', 'B1', 'C1', 'D1', 'E1', 'F1', 'B2'])
  })

  describe('in halves', () => {
    const wide = { questions: 200, keys: 200, inHalves: true }
    const letters = (count: number) =>
      Array.from({ length: count }, (_, place) => `${String.fromCharCode(0x4e00 + place)}1`)

    it('asks for many keys in two batches, and for those who ask again behind the other half', async () => {
      const { ask, asked, batches } = askedBatcher(10_000, wide)
      const wanted = letters(40)
      const answers = wanted.map((one) => ask(one))
      await turn()
      expect(batches()).toEqual([wanted.slice(0, 20).join(' '), wanted.slice(20).join(' ')])
      asked[0]!.answer()
      await Promise.all(answers.slice(0, 20))
      const again = wanted.slice(0, 20).map((one) => ask(one))
      await turn()
      expect(batches()).toHaveLength(3)
      for (const { answer } of asked) answer()
      expect(await Promise.all([...answers, ...again])).toHaveLength(60)
    })

    it('leaves few keys in one batch, however often they are asked for', async () => {
      const { ask, asked, batches } = askedBatcher(10_000, wide)
      const answers = Array.from({ length: 100 }, (_, number) => ask(`a${number}`))
      answers.push(...letters(30).map((one) => ask(one)))
      await turn()
      expect(batches()).toHaveLength(1)
      asked[0]!.answer()
      expect(await Promise.all(answers)).toHaveLength(130)
    })

    it('leaves many keys in one batch where it is not told to halve them', async () => {
      const { ask, asked, batches } = askedBatcher(10_000, { ...wide, inHalves: false })
      const answers = letters(40).map((one) => ask(one))
      await turn()
      expect(batches()).toHaveLength(1)
      asked[0]!.answer()
      await Promise.all(answers)
    })
  })

  it('keeps nothing back for batches that take long, save for what is about their keys', async () => {
    const { ask, asked, batches } = askedBatcher(1)
    const answers = ['a1', 'b1', 'c1', 'd1', 'e1'].map((one) => ask(one))
    await turn()
    answers.push(ask('a2'))
    await expect.poll(batches).toEqual(['a1 b1', 'c1 d1', 'e1'])
    for (const { answer } of asked) answer()
    await expect.poll(batches).toHaveLength(4)
    asked[3]!.answer()
    expect(await Promise.all(answers)).toEqual(['A1', 'B1', 'C1', 'D1', 'E1', 'A2'])
  })

  it('asks for what was held back also after a failure', async () => {
    const { ask, asked, batches } = askedBatcher()
    const first = ask('a1').catch((error: Error) => error.message)
    await turn()
    const held = ask('a2')
    asked[0]!.fail()
    expect(await first).toBe('broken')
    await turn()
    expect(batches()).toEqual(['a1', 'a2'])
    asked[1]!.answer()
    expect(await held).toBe('A2')
  })

  it('answers all of a key that is asked for at once in several batches', async () => {
    const batches: string[] = []
    const ask = createKeyedBatcher(
      (questions: readonly string[]) => {
        batches.push(questions.join(' '))
        return questions
      },
      ([key]) => key!,
      { questions: 2, keys: 2, underway: 1, inHalves: false, patienceMs: 10_000 },
    )
    expect(await Promise.all(['a1', 'a2', 'a3', 'a4', 'a5'].map((one) => ask(one)))).toEqual([
      'a1',
      'a2',
      'a3',
      'a4',
      'a5',
    ])
    expect(batches).toEqual(['a1 a2', 'a3 a4', 'a5'])
  })

  it('asks for nothing that was given up while it was held back', async () => {
    const { ask, asked, batches } = askedBatcher()
    const controller = new AbortController()
    const first = ask('a1')
    await turn()
    const held = Promise.allSettled([ask('a2', controller.signal), ask('a3')])
    await turn()
    controller.abort('gone')
    asked[0]!.answer()
    await first
    await turn()
    expect(batches()).toEqual(['a1', 'a3'])
    asked[1]!.answer()
    expect(await held).toMatchObject([{ reason: 'gone' }, { value: 'A3' }])
  })
})
