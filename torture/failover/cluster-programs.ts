import { execFile } from 'node:child_process'
import { access, constants, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a cluster is made of, as paths. */
export interface ClusterPrograms {
  readonly patroni: string
  readonly etcd: string
  readonly haproxy: string
  /** The directory of `postgres`, `initdb` and `pg_rewind`. */
  readonly postgresBin: string
  /** Whom the processes run as, where it must not be whoever started this: Postgres refuses root. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined
}

/** Debian's packages. */
const packages = { patroni: 'patroni', etcd: 'etcd-server', haproxy: 'haproxy', postgresBin: 'postgresql' } as const

/** @throws an error that names what is not installed, and what would install it on Debian. */
export async function findClusterPrograms(): Promise<ClusterPrograms> {
  const found = {
    patroni: await findProgram('patroni'),
    etcd: await findProgram('etcd'),
    haproxy: await findProgram('haproxy'),
    postgresBin: await findPostgres(),
  }
  const missing = (Object.keys(packages) as (keyof typeof packages)[]).filter((name) => found[name] === undefined)
  if (missing.length > 0) {
    const named = missing.map((name) => (name === 'postgresBin' ? 'postgres with initdb and pg_rewind' : name))
    const wanted = missing.map((name) => packages[name])
    throw new Error(`not installed: ${named.join(', ')}. On Debian: apt-get install ${wanted.join(' ')}`)
  }
  const user = process.getuid?.() === 0 ? await userNamed('postgres') : undefined
  return { ...(found as Record<keyof typeof packages, string>), user }
}

/** Debian keeps servers out of the path of ordinary users. */
async function findProgram(name: string): Promise<string | undefined> {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  for (const directory of directories) {
    const path = join(directory, name)
    if (directory !== '' && (await isProgram(path))) return path
  }
  return undefined
}

/** The newest one that is whole. */
async function findPostgres(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql'
  const versions = await readdir(root).catch((): string[] => [])
  const installed = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'))
  for (const directory of [...installed, ...(process.env.PATH ?? '').split(delimiter)]) {
    const whole = ['postgres', 'initdb', 'pg_rewind'].map((name) => isProgram(join(directory, name)))
    if (directory !== '' && (await Promise.all(whole)).every(Boolean)) return directory
  }
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function userNamed(name: string): Promise<{ readonly uid: number; readonly gid: number }> {
  try {
    const numbers = await Promise.all(['-u', '-g'].map((option) => run('id', [option, name])))
    const [uid, gid] = numbers.map(({ stdout }) => Number(stdout))
    return { uid: uid!, gid: gid! }
  } catch (cause) {
    throw new Error(`Postgres does not run as root, and there is no user called ${name} to run it as`, { cause })
  }
}
