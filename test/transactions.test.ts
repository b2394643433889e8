import { describe, expect, it } from 'vitest'

describe('docs/transactions.md', () => {
  it('stores a user with rows of the host, and keeps what those forbid to delete', async () => {
    const { directory, told, refused, numbers } = await import('../examples/express-sqlite/src/transactions')

    expect(told).toBe(1)
    expect(refused).toBe('referenced')
    expect(numbers).toEqual([{ number: '1' }])
    await directory.close()
  })

  it('lets hooks write along with a commit, and undo it', async () => {
    const { directory, log, credit, refusal, bob } = await import('../examples/express-sqlite/src/hooks')

    expect(credit).toBe(10)
    expect(refusal).toBe('hook_refused')
    expect(bob).toBeUndefined()
    expect(log).toEqual(['user.human.added'])
    await directory.close()
  })
})
