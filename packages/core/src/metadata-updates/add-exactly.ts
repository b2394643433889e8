/**
 * The sum of two numbers as people write them: 0.1 and 0.2 are 0.3. `undefined` where a number cannot hold it to the last
 * digit, or where a whole number would be beyond 2^53 and so stand for its neighbours as well.
 */
export function addExactly(a: number, b: number): number | undefined {
  if (!isExact(a) || !isExact(b)) return undefined
  const [left, right] = [decimalOf(a), decimalOf(b)]
  const scale = Math.max(left.scale, right.scale)
  const digits = widened(left, scale) + widened(right, scale)
  const sum = Number(`${digits}e-${scale}`)
  if (!isExact(sum)) return undefined
  const held = decimalOf(sum)
  const common = Math.max(held.scale, scale)
  return widened(held, common) === widened({ digits, scale }, common) ? sum : undefined
}

const isExact = (value: number) => Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER

/** `digits` times 10 to the power of minus `scale`. */
interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

const widened = ({ digits, scale }: Decimal, to: number) => digits * 10n ** BigInt(to - scale)
