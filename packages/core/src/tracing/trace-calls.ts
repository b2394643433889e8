import type { ActingDirectory } from '../acting-directory'
import { traceWork } from './trace-work'
import type { TracedCall, Tracing } from './tracing'

/** Methods that answer methods, and do nothing by themselves. */
const binding = new Set(['metadata', 'accessTokens', 'domains', 'members', 'withSignal'])
/** Methods whose first argument holds values by key. */
const takingValues = new Set(['set', 'merge', 'mergeDeep', 'replace'])
const subjectTypes: Readonly<Record<string, string>> = {
  users: 'user',
  orgs: 'org',
  clients: 'client',
  roles: 'role',
  members: 'member',
}

/** The same directory of one caller, each of whose calls is traced. Its methods are those it has, whichever they are. */
export function traceCalls<Acting extends { readonly actor: ActingDirectory['actor'] }>(
  directory: Acting,
  tracing: Tracing,
  instanceId: string,
): Acting {
  const callerType = directory.actor.type
  const bind = <Target extends object>(target: Target, path: string): Target => {
    const bound = new Map<string, unknown>()
    const boundOf = (name: string): unknown => {
      // With the target as receiver: a proxy has no private members.
      const value: unknown = Reflect.get(target, name)
      const method = path === '' ? name : `${path}.${name}`
      if (typeof value === 'object' && value !== null) return name === 'actor' ? value : bind(value, method)
      if (typeof value !== 'function') return value
      const call = (args: readonly unknown[]): unknown => Reflect.apply(value, target, args)
      if (binding.has(name)) {
        return (...args: readonly unknown[]) => bind(call(args) as object, name === 'withSignal' ? path : method)
      }
      const subjectType = subjectTypes[method.split('.', 1)[0]!]
      return (...args: readonly unknown[]) => {
        const traced: TracedCall = { instanceId, method, callerType, subjectType, count: countOf(name, args) }
        const asked = name === 'once' ? tracedWork(args) : args
        return traceWork(tracing.beginCall(traced), () => call(asked))
      }
    }
    return new Proxy(target, {
      get(_, name) {
        if (typeof name === 'symbol') return Reflect.get(target, name)
        if (!bound.has(name)) bound.set(name, boundOf(name))
        return bound.get(name)
      },
    })
  }
  /** What is done once is calls as well. */
  const tracedWork = ([options, work, ...rest]: readonly unknown[]) => [
    options,
    typeof work === 'function' ? (inner: object) => work(bind(inner, '')) : work,
    ...rest,
  ]
  return bind(directory, '')
}

function countOf(name: string, [first, ...rest]: readonly unknown[]): number | undefined {
  if (name === 'remove' && rest.length > 0) return rest.length + 1
  if (typeof first !== 'object' || first === null) return undefined
  const given = (first as { readonly userIds?: unknown }).userIds ?? first
  if (Array.isArray(given)) return given.length
  return takingValues.has(name) ? Object.keys(first).length : undefined
}
