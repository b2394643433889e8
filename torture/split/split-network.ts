import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where the two servers are, and who asks them. */
export type Place = 'one' | 'two' | 'app'

const places: readonly Place[] = ['one', 'two', 'app']

/** Three machines as far as the network goes, each behind a line of its own to one router, which drops what it is told. */
export interface SplitNetwork {
  address(place: Place): string
  /** What a command has to begin with to run there. */
  entering(place: Place): readonly string[]
  /** From now on what one sends the other is lost, and nobody is told. */
  drop(from: Place, to: Place): Promise<void>
  heal(): Promise<void>
  /** Answers once what was sent there by sockets that are closed already arrived, or is given up. */
  sent(place: Place): Promise<void>
  remove(): Promise<void>
}

/** Set aside for tests of networks, and never seen outside of the namespaces. RFC 2544. */
const address = (place: Place, host: 1 | 2) => `198.18.${places.indexOf(place)}.${host}`

/** What keeps network namespaces from being made here, as a reader would say it. */
export async function missingForSplits(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
  if (process.getuid?.() !== 0) return 'network namespaces take root'
  const name = `indwell-${process.pid}-try`
  try {
    await run('ip', ['netns', 'add', name])
    await run('ip', ['netns', 'del', name])
    await run('setpriv', ['--version'])
    return undefined
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return `${path} is not installed. On Debian: apt-get install iproute2 util-linux`
    return `network namespaces are not allowed here (${message.trim().split('\n').at(-1)})`
  }
}

export async function makeSplitNetwork(): Promise<SplitNetwork> {
  const named = (place: Place | 'router') => `indwell-${process.pid}-${place}`
  const at = (place: Place | 'router', ...command: readonly string[]) => run('ip', ['-n', named(place), ...command])
  const all = [...places, 'router'] as const
  const dropped: (readonly string[])[] = []

  async function remove(): Promise<void> {
    for (const place of all) await run('ip', ['netns', 'del', named(place)]).catch(() => undefined)
  }

  try {
    for (const place of all) await run('ip', ['netns', 'add', named(place)])
    for (const place of places) {
      await at('router', 'link', 'add', place, 'type', 'veth', 'peer', 'name', 'line', 'netns', named(place))
      await at('router', 'addr', 'add', `${address(place, 1)}/30`, 'dev', place)
      await at('router', 'link', 'set', place, 'up')
      await at(place, 'addr', 'add', `${address(place, 2)}/30`, 'dev', 'line')
      await at(place, 'link', 'set', 'line', 'up')
      await at(place, 'link', 'set', 'lo', 'up')
      await at(place, 'route', 'add', 'default', 'via', address(place, 1))
    }
    // Also without the check of where a packet comes from: one way is open where the other is not.
    const settings = `cd /proc/sys/net/ipv4 && echo 1 > ip_forward && for each in conf/*/rp_filter; do echo 0 > $each; done`
    await run('ip', ['netns', 'exec', named('router'), 'sh', '-c', settings])
  } catch (error) {
    await remove()
    throw error
  }
  return {
    address: (place) => address(place, 2),
    entering: (place) => ['ip', 'netns', 'exec', named(place)],
    async drop(from, to) {
      const rule = ['from', address(from, 2), 'to', address(to, 2), 'blackhole']
      await at('router', 'rule', 'add', ...rule)
      dropped.push(rule)
    },
    async heal() {
      for (const rule of dropped.splice(0)) await at('router', 'rule', 'del', ...rule)
    },
    async sent(place) {
      while (await hasOrphans(named(place))) await new Promise((resolve) => setTimeout(resolve, 50))
    },
    remove,
  }
}

/** States of a socket that nobody holds any more and that still has to tell its end: FIN_WAIT1, LAST_ACK, CLOSING. */
const leaving: ReadonlySet<string> = new Set(['04', '09', '0B'])

async function hasOrphans(namespace: string): Promise<boolean> {
  const { stdout } = await run('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/tcp'])
  return stdout.split('\n').some((line) => leaving.has(line.trim().split(/\s+/)[3] ?? ''))
}
