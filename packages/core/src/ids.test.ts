import { expect, it } from 'vitest'
import { createIdSource } from './ids'
import { systemRandomBytes } from './randomness'

it('makes 18 digits that grow with time', () => {
  let now = Date.UTC(2026, 0, 1)
  const newId = createIdSource(() => now, systemRandomBytes)

  const first = newId()
  now += 10
  const second = newId()

  expect(first).toMatch(/^\d{18}$/)
  expect(second > first).toBe(true)
})

it('repeats no id within a tick, beyond its counter, or when the clock goes back', () => {
  let now = Date.UTC(2026, 0, 1)
  const newId = createIdSource(() => now, systemRandomBytes)
  const ids = Array.from({ length: 1000 }, () => newId())

  now -= 60_000
  ids.push(...Array.from({ length: 1000 }, () => newId()))

  expect(new Set(ids).size).toBe(2000)
  expect([...ids].sort()).toEqual(ids)
})

it('tells processes apart', () => {
  const clock = () => Date.UTC(2026, 0, 1)
  const one = createIdSource(clock, () => new Uint8Array([0, 1]))
  const other = createIdSource(clock, () => new Uint8Array([0, 2]))

  expect(one()).not.toBe(other())
})

it('makes an id before its own epoch, too', () => {
  expect(createIdSource(() => 0, systemRandomBytes)()).toMatch(/^\d+$/)
})
