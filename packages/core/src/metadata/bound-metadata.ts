import type { Actor } from '../actor'
import type { Core } from '../core'
import { heededRead } from '../heeded-read'
import type { HistoryPoint } from '../history/history-point'
import { readMetadataAsOf } from '../history/read-as-of'
import { type RevertOptions, revertNamespace } from '../history/revert-metadata'
import type { KeyedWrites } from '../idempotency/keyed-writes'
import type { MetadataUpdate, MetadataUpdated, MetadataWriteOptions } from '../metadata-updates/metadata-update'
import { isUpdate } from '../metadata-updates/parse-update'
import { updateMetadata } from '../metadata-updates/update-metadata'
import { applyMetadata, type MetadataWritten } from './apply-metadata'
import { findMetadata, getMetadata } from './get-metadata'
import { listMetadata, readMetadataValues } from './list-metadata'
import type { MetadataAccess } from './metadata-access'
import type { MetadataTarget } from './metadata-subject'

type Apply = (change: MetadataUpdate, options?: MetadataWriteOptions) => Promise<MetadataWritten>

/** Most calls read or set, so what binds the other verbs waits until it is asked for. */
export class BoundMetadata implements MetadataAccess {
  readonly get: MetadataAccess['get']
  readonly find: MetadataAccess['find']
  readonly list: MetadataAccess['list']
  readonly values: MetadataAccess['values']
  readonly findValues: MetadataAccess['findValues']
  readonly set: MetadataAccess['set']
  readonly remove: MetadataAccess['remove']
  readonly clear: MetadataAccess['clear']
  readonly apply: MetadataAccess['apply']
  readonly asOf: MetadataAccess['asOf']
  readonly revert: MetadataAccess['revert']

  constructor(core: Core, actor: Actor, subject: MetadataTarget, namespace: string, write: KeyedWrites) {
    const apply: Apply = write('apply', 1, (core, change: MetadataUpdate, options?: MetadataWriteOptions) =>
      isUpdate(change, options)
        ? updateMetadata(core, actor, subject, namespace, change, options)
        : applyMetadata(core, actor, subject, namespace, change, options),
    )
    this.get = (key) => getMetadata(core, actor, subject, namespace, key)
    this.find = (key) => findMetadata(core, actor, subject, namespace, key)
    this.list = heededRead(core, 0, (core, query) => listMetadata(core, actor, subject, namespace, query))
    this.values = async () => (await readMetadataValues(core, actor, subject, namespace)) ?? {}
    this.findValues = () => readMetadataValues(core, actor, subject, namespace)
    this.set = (values, options) => apply({ set: values }, options)
    this.remove = (...keys) => apply({ remove: keys })
    this.clear = (options) => apply({ clear: true }, options)
    this.apply = apply as MetadataAccess['apply']
    this.asOf = (at) => readMetadataAsOf(core, actor, subject, namespace, at)
    this.revert = (to, options) =>
      write('revert', 1, (core, to: HistoryPoint, options?: RevertOptions) =>
        revertNamespace(core, actor, subject, namespace, to, options),
      )(to, options)
  }

  /** With a part that plain changes have not, which makes it an update. */
  get #update() {
    return this.apply as (change: MetadataUpdate, options?: MetadataWriteOptions) => Promise<MetadataUpdated>
  }

  get merge(): MetadataAccess['merge'] {
    return (merge, options) => this.#update({ merge }, options)
  }

  get mergeDeep(): MetadataAccess['mergeDeep'] {
    return (mergeDeep, options) => this.#update({ mergeDeep }, options)
  }

  get replace(): MetadataAccess['replace'] {
    return (replace, options) => this.#update({ replace }, options)
  }

  get rename(): MetadataAccess['rename'] {
    return (from, to, options = {}) => {
      const { overwrite = false, ...rest } = options
      const rename = { [from]: to }
      return this.#update(overwrite ? { remove: [to], rename } : { rename }, rest)
    }
  }

  get patch(): MetadataAccess['patch'] {
    return (patch, options) => this.#update({ patch }, options)
  }

  get increment(): MetadataAccess['increment'] {
    return (key, by = 1, options) => this.#update({ increment: { [key]: by } }, options)
  }

  get append(): MetadataAccess['append'] {
    return (key, ...items) => this.#update({ append: { [key]: items } })
  }

  get update(): MetadataAccess['update'] {
    return (key, update, options) => this.#update({ update: { [key]: update } } as MetadataUpdate, options)
  }
}
