/** Answers that many random bytes. */
export type RandomBytes = (count: number) => Uint8Array

const alphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const urlSafe = `${alphanumerics}_-`

/** 24 lower-case hex digits, for users of a database connection. */
export function newObjectId(randomBytes: RandomBytes): string {
  return Array.from(randomBytes(12), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** 32 letters and digits. */
export function newClientId(randomBytes: RandomBytes): string {
  return draw(32, alphanumerics, randomBytes)
}

/** 64 letters, digits, `_` and `-`. */
export function newClientSecret(randomBytes: RandomBytes): string {
  return draw(64, urlSafe, randomBytes)
}

/** `org_` and 16 letters and digits. */
export function newOrganizationId(randomBytes: RandomBytes): string {
  return `org_${draw(16, alphanumerics, randomBytes)}`
}

/** `rol_` and 16 letters and digits. */
export function newRoleId(randomBytes: RandomBytes): string {
  return `rol_${draw(16, alphanumerics, randomBytes)}`
}

/** `job_` and 16 letters and digits. */
export function newJobId(randomBytes: RandomBytes): string {
  return `job_${draw(16, alphanumerics, randomBytes)}`
}

function draw(length: number, alphabet: string, randomBytes: RandomBytes): string {
  // A byte above the last whole multiple would favour the first letters.
  const limit = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < limit) text += alphabet.charAt(byte % alphabet.length)
    }
  }
  return text
}
