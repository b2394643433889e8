import type { Directory } from '../directory'
import type { TransactionDirectory } from '../transactions/transaction-directory'
import { traceCalls } from './trace-calls'
import { traceWork } from './trace-work'
import type { Tracing } from './tracing'

/** Members that make something, listen or end, and are no calls. Whatever else a directory has is traced as one. */
const noCalls = new Set([
  'as',
  'asSystem',
  'changes',
  'close',
  'consumer',
  'now',
  'on',
  'randomBytes',
  'readFrom',
  'within',
])

/** The same directory, all of whose calls are traced, and those of its callers. */
export function traceDirectory<Metadata, Transaction, Connection>(
  directory: Directory<Metadata, Transaction, Connection>,
  tracing: Tracing,
): Directory<Metadata, Transaction, Connection> {
  const { instanceId } = directory
  const call = <Args extends readonly unknown[], Result>(method: string, work: (...args: Args) => Result) => {
    return (...args: Args): Result => traceWork(tracing.beginCall({ instanceId, method }), () => work(...args))
  }
  const facesOf = ({ as, asSystem }: Pick<TransactionDirectory<Metadata>, 'as' | 'asSystem'>) => ({
    as: ((caller, options) => traceCalls(as(caller, options), tracing, instanceId)) as typeof as,
    asSystem: ((reason, options) => traceCalls(asSystem(reason, options), tracing, instanceId)) as typeof asSystem,
  })
  const within = <Opened extends TransactionDirectory<Metadata>>(opened: Opened): Opened => ({
    ...opened,
    ...facesOf(opened),
    transaction: call('transaction', <T>(work: (inner: TransactionDirectory<Metadata>) => Promise<T>) =>
      opened.transaction((inner) => work(within(inner))),
    ),
  })

  const calls = Object.entries<unknown>({ ...directory }).flatMap(([name, member]) =>
    typeof member === 'function' && !noCalls.has(name)
      ? [[name, call(name, (...args: readonly unknown[]) => Reflect.apply(member, directory, args))] as const]
      : [],
  )

  return {
    ...directory,
    ...Object.fromEntries(calls),
    ...facesOf(directory),
    readFrom(source, reading) {
      const readers = directory.readFrom(source, reading)
      return {
        as: (caller, options) => traceCalls(readers.as(caller, options), tracing, instanceId),
        asSystem: (reason, options) => traceCalls(readers.asSystem(reason, options), tracing, instanceId),
      }
    },
    within: (transaction) => within(directory.within(transaction)),
    transaction: (work) =>
      traceWork(tracing.beginCall({ instanceId, method: 'transaction' }), () =>
        directory.transaction((opened) => work(within(opened))),
      ),
    // It goes on for longer than whoever began it.
    consumer: (name, handler, options) => tracing.within(undefined, () => directory.consumer(name, handler, options)),
  }
}
