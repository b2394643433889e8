import { createHash, randomBytes as cryptoRandomBytes } from 'node:crypto'

/** Answers `length` unpredictable bytes. */
export type RandomBytes = (length: number) => Uint8Array

export const systemRandomBytes: RandomBytes = (length) => cryptoRandomBytes(length)

/** Lower-case hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
