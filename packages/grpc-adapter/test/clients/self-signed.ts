import { createSign, generateKeyPairSync } from 'node:crypto'

/** A key, and a certificate of it that vouches for itself. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

/** Universal tags of DER (X.690). */
const tags = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, time: 0x17, sequence: 0x30, set: 0x31 }
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

/** For `localhost` and `127.0.0.1`, valid for a day (RFC 5280). */
export function selfSigned(now = new Date()): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = sequence(der(tags.set, sequence(oid('550403'), der(tags.utf8, Buffer.from('localhost')))))
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const dayMs = 86_400_000
  const certificate = sequence(
    der(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now.getTime() - dayMs)), time(new Date(now.getTime() + dayMs))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(oid('551d11'), der(tags.octets, names)))),
  )
  const signature = createSign('sha256').update(certificate).sign(privateKey)
  const whole = sequence(certificate, ecdsaWithSha256, der(tags.bits, Buffer.from([0]), signature))
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(tags.sequence, ...contents)
}

function integer(value: number): Buffer {
  return der(tags.integer, Buffer.from([value]))
}

function oid(hex: string): Buffer {
  return der(tags.oid, Buffer.from(hex, 'hex'))
}

function time(date: Date): Buffer {
  return der(tags.time, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
}
