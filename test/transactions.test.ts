import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url)
const read = (path: string) => readFile(new URL(path, root), 'utf8')

describe('docs/transactions.md', () => {
  it('shows, word for word, code of the examples', async () => {
    const found = (await read('docs/transactions.md')).matchAll(/^```ts file=(\S+)\n(.*?)^```$/gms)
    const shown = [...found].map(([, file = '', code = '']) => ({ file, code }))

    expect(shown.map(({ file }) => file)).toEqual([
      'examples/express-sqlite/src/transactions.ts',
      'examples/express-sqlite/src/hooks.ts',
    ])
    for (const { file, code } of shown) expect(code).toBe(await read(file))
  })

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
