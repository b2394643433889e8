/** A sequence as it is bound: as a number while a number holds it, since a text costs the driver and SQLite a conversion each. */
export function sequenceParameter(sequence: string): number | string {
  return sequence.length < 16 ? Number(sequence) : sequence
}
