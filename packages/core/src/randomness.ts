import { randomBytes as cryptoRandomBytes, hash, timingSafeEqual } from 'node:crypto'

/** Answers `length` unpredictable bytes. */
export type RandomBytes = (length: number) => Uint8Array

export const systemRandomBytes: RandomBytes = (length) => cryptoRandomBytes(length)

/** Lower-case hex. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')

/** Whether two digests are the same, in a time that does not tell where they differ. */
export const sameDigest = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
