import { flaw, named } from './flaw'
import type { Call, Flaw, History } from './history'

/** Registers that one subject may hold at a time start so. */
export const claimPrefix = 'name '

/**
 * By the log, nobody takes what another holds. By the answers, the times at which two hold one name never overlap: from
 * the answer that gave it to the start of the call that took it away.
 */
export function checkClaims({ calls, versions }: History): readonly Flaw[] {
  const flaws: Flaw[] = []
  const holders = new Map<string, string>()
  for (const { register, value, call } of versions) {
    if (!register.startsWith(claimPrefix)) continue
    const holder = holders.get(register) ?? ''
    if (value !== '' && holder !== '') flaws.push(flaw('claim held twice', `${register} by ${holder} and ${call}`))
    holders.set(register, value)
  }
  return [...flaws, ...overlaps(calls)]
}

interface Hold {
  readonly call: Call
  readonly since: number
  readonly until: number
}

function overlaps(calls: readonly Call[]): readonly Flaw[] {
  const released = new Map<string, number>()
  for (const { did, start } of calls) {
    if (did.kind !== 'write' || did.releases === undefined) continue
    const hold = `${did.register} ${did.releases}`
    released.set(hold, Math.min(start, released.get(hold) ?? Number.POSITIVE_INFINITY))
  }
  const holds = new Map<string, Hold[]>()
  for (const call of calls) {
    const { did, end } = call
    if (did.kind !== 'write' || did.takes === undefined || did.sequence === undefined || end === undefined) continue
    const until = released.get(`${did.register} ${did.takes}`) ?? Number.POSITIVE_INFINITY
    holds.set(did.register, [...(holds.get(did.register) ?? []), { call, since: end, until }])
  }
  return [...holds.values()].flatMap((list) => {
    list.sort((a, b) => a.since - b.since)
    return list.slice(1).flatMap(({ call, since, until }, index) => {
      const before = list[index]!
      if (before.until <= since || until <= since) return []
      return [flaw('claim held twice', `${named(before.call)} and ${named(call)}`)]
    })
  })
}
