import { checkClaims } from './check-claims'
import { checkOrder } from './check-order'
import { flaw, named } from './flaw'
import type { Call, Flaw, History, Version } from './history'

/** Everything that a history shows to be broken; see {@link History}. */
export function checkHistory(history: History): readonly Flaw[] {
  const answered = history.calls.filter(({ end }) => end !== undefined)
  return [
    ...history.calls.filter(({ end }) => end === undefined).map((call) => flaw('unanswered call', named(call))),
    ...checkSequences(history.sequences),
    ...checkAnswers(answered),
    ...checkWrites(answered, history),
    ...checkOrder(history),
    ...checkClaims(history),
  ]
}

/** Sequences of an aggregate are 1, 2, 3 … */
function checkSequences(sequences: History['sequences']): readonly Flaw[] {
  return [...sequences].flatMap(([aggregate, list]) =>
    list.flatMap((sequence, index) =>
      sequence === index + 1 ? [] : [flaw('gap in the sequences', `${aggregate} has ${sequence} as its ${index + 1}.`)],
    ),
  )
}

/** No two calls are answered with one sequence of one aggregate. */
function checkAnswers(calls: readonly Call[]): readonly Flaw[] {
  const answeredWith = new Map<string, Call>()
  return calls.flatMap((call) => {
    if (call.did.kind !== 'write' || call.did.sequence === undefined) return []
    const place = `${call.did.aggregate} ${call.did.sequence}`
    const other = answeredWith.get(place)
    answeredWith.set(place, call)
    return other === undefined || other.id === call.id
      ? []
      : [flaw('sequence answered twice', `${place}: ${named(other)}, ${named(call)}`)]
  })
}

/** What was answered is in the log as it was answered, what was refused is not, and nobody wrote in between unseen. */
function checkWrites(calls: readonly Call[], { versions, calls: all }: History): readonly Flaw[] {
  const flaws: Flaw[] = []
  const written = new Map<string, Version[]>()
  for (const version of versions) {
    if (version.call !== undefined) written.set(version.call, [...(written.get(version.call) ?? []), version])
  }
  const known = new Set(all.map(({ id }) => id))
  for (const id of written.keys()) if (!known.has(id)) flaws.push(flaw('write that nobody made', id))

  for (const call of calls) {
    if (call.did.kind !== 'write') continue
    const { register, sequence, after } = call.did
    const own = (written.get(call.id) ?? []).filter((version) => version.register === register)
    if (sequence === undefined) {
      if (own.length > 0) flaws.push(flaw('refused write that is there', named(call)))
      continue
    }
    const stored = own[0]
    if (
      stored === undefined ||
      own.length > 1 ||
      stored.aggregate !== call.did.aggregate ||
      stored.sequence > sequence
    ) {
      flaws.push(flaw('lost write', `${named(call)}, answered with ${sequence}`))
    } else if (after !== undefined && stored.sequence !== after + 1) {
      flaws.push(flaw('lost update', `${named(call)} followed ${stored.sequence - 1} where it had seen ${after}`))
    }
  }
  return flaws
}
