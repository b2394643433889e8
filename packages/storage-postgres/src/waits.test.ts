import { expect, it } from 'vitest'
import { beginWait, endWait } from './waits'

it('gives up each wait when it is due, in any order, and none that ended', async () => {
  const gaveUp: string[] = []
  const ended = beginWait(1, () => gaveUp.push('ended'))
  endWait(ended)
  await new Promise<void>((resolve) => {
    beginWait(60, () => {
      gaveUp.push('last')
      resolve()
    })
    beginWait(20, () => gaveUp.push('second'))
    // From within another one, when the clock runs for the last.
    beginWait(1, () => {
      gaveUp.push('first')
      beginWait(40, () => gaveUp.push('third'))
    })
  })
  expect(gaveUp).toEqual(['first', 'second', 'third', 'last'])
})

it('starts the clock again for who waits after all was over', async () => {
  await new Promise<void>((resolve) => beginWait(1, resolve))
  await new Promise<void>((resolve) => beginWait(1, resolve))
})
