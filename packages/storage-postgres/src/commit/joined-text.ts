/**
 * What the server joined by commas. Most answers tell of one event, and the engine takes longer to split a text than to find
 * that there is nothing to split.
 */
export const elementsOf = (joined: string): readonly string[] => (joined.includes(',') ? joined.split(',') : [joined])

/** What stands before the first space, and behind it. */
export function cutAtSpace(joined: string): readonly [string, string] {
  const place = joined.indexOf(' ')
  return [joined.slice(0, place), joined.slice(place + 1)]
}
