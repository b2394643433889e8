import { describe, expect, it } from 'vitest'
import { storageBehaviors } from './index'

describe('storageBehaviors', () => {
  it('names every behavior once', () => {
    const names = storageBehaviors.map(({ name }) => name)

    expect(new Set(names).size).toBe(names.length)
  })
})
