/** `count` further, in decimal digits on both sides: sequences may leave what a float holds. */
export function addToSequence(sequence: string, count: number): string {
  return sequence.length < 16 ? String(Number(sequence) + count) : String(BigInt(sequence) + BigInt(count))
}
