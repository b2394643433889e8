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

/** Most calls use one verb, so what binds each waits until it is asked for. */
export class BoundMetadata implements MetadataAccess {
  readonly #core: Core
  readonly #actor: Actor
  readonly #subject: MetadataTarget
  readonly #namespace: string
  readonly #write: KeyedWrites

  constructor(core: Core, actor: Actor, subject: MetadataTarget, namespace: string, write: KeyedWrites) {
    this.#core = core
    this.#actor = actor
    this.#subject = subject
    this.#namespace = namespace
    this.#write = write
  }

  get #apply(): Apply {
    const [actor, subject, namespace] = [this.#actor, this.#subject, this.#namespace]
    return this.#write('apply', 1, (core, change: MetadataUpdate, options?: MetadataWriteOptions) =>
      isUpdate(change, options)
        ? updateMetadata(core, actor, subject, namespace, change, options)
        : applyMetadata(core, actor, subject, namespace, change, options),
    )
  }

  get get(): MetadataAccess['get'] {
    return (key) => getMetadata(this.#core, this.#actor, this.#subject, this.#namespace, key)
  }

  get find(): MetadataAccess['find'] {
    return (key) => findMetadata(this.#core, this.#actor, this.#subject, this.#namespace, key)
  }

  get list(): MetadataAccess['list'] {
    return heededRead(this.#core, 0, (core, query) =>
      listMetadata(core, this.#actor, this.#subject, this.#namespace, query),
    )
  }

  get values(): MetadataAccess['values'] {
    return async () => (await this.findValues()) ?? {}
  }

  get findValues(): MetadataAccess['findValues'] {
    return () => readMetadataValues(this.#core, this.#actor, this.#subject, this.#namespace)
  }

  get set(): MetadataAccess['set'] {
    const apply = this.#apply
    return (values, options) => apply({ set: values }, options)
  }

  get remove(): MetadataAccess['remove'] {
    const apply = this.#apply
    return (...keys) => apply({ remove: keys })
  }

  get clear(): MetadataAccess['clear'] {
    const apply = this.#apply
    return (options) => apply({ clear: true }, options)
  }

  get apply(): MetadataAccess['apply'] {
    return this.#apply as MetadataAccess['apply']
  }

  get asOf(): MetadataAccess['asOf'] {
    return (at) => readMetadataAsOf(this.#core, this.#actor, this.#subject, this.#namespace, at)
  }

  get revert(): MetadataAccess['revert'] {
    return (to, options) =>
      this.#write('revert', 1, (core, to: HistoryPoint, options?: RevertOptions) =>
        revertNamespace(core, this.#actor, this.#subject, this.#namespace, to, options),
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
