import { type RawBuilder, sql } from 'kysely'
import { slot } from '../statement-cache'

type KeyText = string | null

/** Keys that are looked up in one part of a statement: what is selected from, as `asked`, with its members `k1`, `k2` … and `ord`. */
export interface AskedKeys {
  readonly source: RawBuilder<unknown>
  /** The same where all keys have the members in common that most batches have in common: they are sent and told once. */
  readonly sourceInCommon: RawBuilder<unknown> | undefined
  /** What the slots take, and by which of the sources. */
  values(keys: readonly (readonly KeyText[])[]): {
    readonly inCommon: boolean
    readonly slots: Readonly<Record<string, KeyText | readonly KeyText[]>>
  }
}

/**
 * @param name - Before the names of the slots.
 * @param common - Numbers of members that are often the same in all keys of a batch, though never all members.
 */
export function askedKeys(name: string, members: number, common: readonly number[] = []): AskedKeys {
  const numbers = Array.from({ length: members }, (_, index) => index + 1)
  const places = numbers.map((number) => `${name}.k${number}`)
  const placesInCommon = numbers.map((number) => `${name}.all.k${number}`)
  const lists = (own: readonly number[], alias: string) => {
    // The first array through a subquery, which hides its length from the planner. It would plan short lists cheaper than
    // lists of unknown length, so never settle on the plan it keeps, and plan at every run.
    const arrays = own.map((number, index) => {
      const array = sql`${slot(places[number - 1]!)}::text[]`
      return index === 0 ? sql`(select ${array})` : array
    })
    const columns = [...own.map((number) => sql.id(`k${number}`)), sql.id('ord')]
    return sql`unnest(${sql.join(arrays)}) with ordinality as ${sql.id(alias)} (${sql.join(columns)})`
  }
  // Of what there is one in each instance.
  if (members === 0) {
    const count = `${name}.count`
    return {
      source: sql`generate_series(1, ${slot(count)}::int4) as asked (ord)`,
      sourceInCommon: undefined,
      values: ({ length }) => ({ inCommon: false, slots: { [count]: String(length) } }),
    }
  }
  const own = numbers.filter((number) => !common.includes(number))
  const once = common.map((number) => sql`${slot(placesInCommon[number - 1]!)}::text as ${sql.id(`k${number}`)}`)

  return {
    source: lists(numbers, 'asked'),
    sourceInCommon:
      common.length === 0 ? undefined : sql`(select ${sql.join(once)}, given.* from ${lists(own, 'given')}) as asked`,
    values(keys) {
      const [first] = keys
      const inCommon =
        first !== undefined &&
        common.length > 0 &&
        keys.every((key) => common.every((number) => key[number - 1] === first[number - 1]))
      const slots: Record<string, KeyText | readonly KeyText[]> = {}
      for (const number of numbers) {
        const index = number - 1
        if (inCommon && common.includes(number)) slots[placesInCommon[index]!] = first![index] ?? null
        else slots[places[index]!] = keys.map((key) => key[index] ?? null)
      }
      return { inCommon, slots }
    },
  }
}
