/** A connection string of libpq's: it may name several servers, of which at most one takes writes. */
export interface HostList {
  /** The same string for each of its hosts, in their order. */
  readonly connectionStrings: readonly string[]
  /** Whether a server that takes no writes shall be passed over. */
  readonly readWrite: boolean
}

const shape = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s
const hostShape = /^(?:\[[^\]]*\]|[^:[\]]+)(?::\d{1,5})?$/

/**
 * Takes `postgres://user:password@one:5432,two:5432/database?target_session_attrs=read-write` apart, which `pg` does not.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 *
 * Other than in libpq, where several hosts are named and nothing is said, the one that takes writes is meant.
 *
 * @throws TypeError for a host that is none, and for a `target_session_attrs` that no storage can use.
 */
export function parseHosts(connectionString: string): HostList {
  const [, before, authority, behind] = shape.exec(connectionString) ?? []
  const wanted = /[?&]target_session_attrs=([^&#]*)/.exec(behind ?? '')?.[1]
  const readWrite = wanted === 'read-write' || wanted === 'primary'
  if (wanted !== undefined && wanted !== 'any' && !readWrite) {
    throw new TypeError('target_session_attrs has to be read-write, primary or any')
  }
  // What is no such string is left to the driver.
  if (authority === undefined || !authority.includes(',')) {
    return { connectionStrings: [connectionString], readWrite }
  }
  const hosts = authority.split(',')
  if (!hosts.every((host) => hostShape.test(host))) throw new TypeError('the connection string names what is no host')
  return {
    connectionStrings: hosts.map((host) => `${before}${host}${behind}`),
    readWrite: readWrite || wanted === undefined,
  }
}
