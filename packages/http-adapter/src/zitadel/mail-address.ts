import { goQuote, goQuoteRune } from './go-quote'

/** What Go's mail parser and the host name check after it say about a text. */
export type MailAddressVerdict =
  | { readonly valid: true; readonly address: string }
  | { readonly valid: false; readonly reason: string }

/**
 * Decides whether protoc-gen-validate takes a text for an e-mail address: one RFC 5322 address, a display name and
 * comments allowed, at most 254 bytes, 64 before the `@`, with a host name of letters, digits and inner hyphens.
 *
 * @returns `address` without display name and comments, or the reason in Go's words.
 * @see https://pkg.go.dev/net/mail#ParseAddress
 */
export function checkMailAddress(text: string): MailAddressVerdict {
  try {
    const address = new MailAddressReader(text).readSingleAddress()
    checkLengths(address)
    return { valid: true, address }
  } catch (error) {
    if (error instanceof InvalidMailAddress) return { valid: false, reason: error.message }
    throw error
  }
}

class InvalidMailAddress extends Error {}

function checkLengths(address: string): void {
  if (Buffer.byteLength(address) > 254) throw new InvalidMailAddress('email addresses cannot exceed 254 characters')
  const at = address.indexOf('@')
  if (Buffer.byteLength(address.slice(0, at)) > 64) {
    throw new InvalidMailAddress('email address local phrase cannot exceed 64 characters')
  }
  checkHostName(address.slice(at + 1))
}

function checkHostName(host: string): void {
  if (Buffer.byteLength(host) > 253) throw new InvalidMailAddress('hostname cannot exceed 253 characters')
  for (const part of host.toLowerCase().split('.')) {
    const length = Buffer.byteLength(part)
    if (length === 0 || length > 63) {
      throw new InvalidMailAddress('hostname part must be non-empty and cannot exceed 63 characters')
    }
    if (part.startsWith('-')) throw new InvalidMailAddress('hostname parts cannot begin with hyphens')
    if (part.endsWith('-')) throw new InvalidMailAddress('hostname parts cannot end with hyphens')
    const stranger = /[^a-z0-9-]/u.exec(part)
    if (stranger !== null) {
      throw new InvalidMailAddress(
        `hostname parts can only contain alphanumeric characters or hyphens, got ${goQuote(stranger[0])}`,
      )
    }
  }
}

/** Reads addresses by the grammar of RFC 5322 section 3.4, as leniently as Go's net/mail. */
class MailAddressReader {
  private at = 0

  constructor(private readonly text: string) {}

  readSingleAddress(): string {
    const addresses = this.readAddress(true)
    this.skipComments()
    if (!this.ended)
      throw new InvalidMailAddress(`mail: expected single address, got ${goQuote(this.rest.slice(0, 100))}`)
    const [address, ...others] = addresses
    if (address === undefined) throw new InvalidMailAddress('mail: empty group')
    if (others.length > 0) throw new InvalidMailAddress('mail: group with multiple addresses')
    return address
  }

  private readAddress(groupAllowed: boolean): string[] {
    this.skipBlanks()
    if (this.ended) throw new InvalidMailAddress('mail: no address')

    const bare = this.attempt(() => this.readAddrSpec())
    if (bare !== undefined) {
      this.skipBlanks()
      if (this.take('(')) this.skipComment()
      return [bare]
    }

    const displayName = this.peek === '<' ? '' : this.readPhrase()
    this.skipBlanks()
    if (groupAllowed && this.take(':')) return this.readGroup()
    if (!this.take('<')) {
      const looksLikeLocalPart = Array.from(displayName).every((character) => isAtext(character, true))
      throw new InvalidMailAddress(looksLikeLocalPart ? "mail: missing '@' or angle-addr" : 'mail: no angle-addr')
    }
    const address = this.readAddrSpec()
    if (!this.take('>')) throw new InvalidMailAddress('mail: unclosed angle-addr')
    return [address]
  }

  private readGroup(): string[] {
    const group: string[] = []
    this.skipBlanks()
    if (this.take(';')) {
      this.skipComments()
      return group
    }
    for (;;) {
      this.skipBlanks()
      group.push(...this.readAddress(false))
      this.skipComments()
      if (this.take(';')) {
        this.skipComments()
        return group
      }
      if (!this.take(',')) throw new InvalidMailAddress('mail: expected comma')
    }
  }

  private readAddrSpec(): string {
    this.skipBlanks()
    if (this.ended) throw new InvalidMailAddress('mail: no addr-spec')
    let localPart: string
    if (this.peek === '"') {
      localPart = this.readQuotedString()
      if (localPart === '') throw new InvalidMailAddress('mail: empty quoted string in addr-spec')
    } else localPart = this.readDotAtom()
    if (!this.take('@')) throw new InvalidMailAddress('mail: missing @ in addr-spec')
    this.skipBlanks()
    if (this.ended) throw new InvalidMailAddress('mail: no domain')
    return `${localPart}@${this.readDotAtom()}`
  }

  private readPhrase(): string {
    const words: string[] = []
    for (;;) {
      if (words.length > 0) this.skipComments()
      this.skipBlanks()
      if (this.ended) break
      try {
        words.push(this.peek === '"' ? this.readQuotedString() : this.readAtom())
      } catch (error) {
        if (!(error instanceof InvalidMailAddress)) throw error
        if (words.length === 0) throw new InvalidMailAddress(`mail: missing word in phrase: ${error.message}`)
        break
      }
    }
    return words.join(' ')
  }

  private readQuotedString(): string {
    let content = ''
    let escaped = false
    let at = this.at + 1
    for (const character of this.text.slice(at)) {
      if (escaped) {
        if (!isVisible(character) && !isBlank(character)) throw badCharacter(character)
        content += character
        escaped = false
      } else if (character === '"') {
        this.at = at + 1
        return content
      } else if (character === '\\') escaped = true
      else if (isVisible(character) || isBlank(character)) content += character
      else throw badCharacter(character)
      at += character.length
    }
    throw new InvalidMailAddress('mail: unclosed quoted-string')
  }

  private readDotAtom(): string {
    const atom = this.readAtom()
    if (atom.startsWith('.')) throw new InvalidMailAddress('mail: leading dot in atom')
    if (atom.includes('..')) throw new InvalidMailAddress('mail: double dot in atom')
    if (atom.endsWith('.')) throw new InvalidMailAddress('mail: trailing dot in atom')
    return atom
  }

  private readAtom(): string {
    const start = this.at
    while (!this.ended && isAtext(this.peek, true)) this.at += this.peek.length
    if (this.at === start) throw new InvalidMailAddress('mail: invalid string')
    return this.text.slice(start, this.at)
  }

  private skipComments(): void {
    this.skipBlanks()
    while (this.take('(')) {
      this.skipComment()
      this.skipBlanks()
    }
  }

  private skipComment(): void {
    let depth = 1
    while (!this.ended && depth > 0) {
      const character = this.peek
      if (character === '\\' && this.at + 1 < this.text.length) this.at += 1
      else if (character === '(') depth += 1
      else if (character === ')') depth -= 1
      this.at += 1
    }
    if (depth > 0) throw new InvalidMailAddress('mail: misformatted parenthetical comment')
  }

  private attempt<T>(read: () => T): T | undefined {
    const start = this.at
    try {
      return read()
    } catch (error) {
      if (!(error instanceof InvalidMailAddress)) throw error
      this.at = start
      return undefined
    }
  }

  private skipBlanks(): void {
    while (isBlank(this.peek)) this.at += 1
  }

  private take(character: string): boolean {
    if (this.peek !== character) return false
    this.at += 1
    return true
  }

  private get peek(): string {
    const code = this.text.codePointAt(this.at)
    return code === undefined ? '' : String.fromCodePoint(code)
  }

  private get rest(): string {
    return this.text.slice(this.at)
  }

  private get ended(): boolean {
    return this.at >= this.text.length
  }
}

function badCharacter(character: string): InvalidMailAddress {
  return new InvalidMailAddress(`mail: bad character in quoted-string: ${goQuoteRune(character)}`)
}

function isAtext(character: string, dotAllowed: boolean): boolean {
  if (character === '.') return dotAllowed
  return isVisible(character) && !'()<>[]:;@\\,"'.includes(character)
}

/** Printable ASCII, or anything beyond ASCII. */
function isVisible(character: string): boolean {
  return (character >= '!' && character <= '~') || character >= '\u0080'
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t'
}
