import type { EntryRemoval } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import type { Connection } from '../connection'

/** Removes one entry, or all entries of a subject. */
export function removeEntry({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, removal: EntryRemoval) => void {
  const ofSubject = builder
    .deleteFrom(names.entry)
    .where('instance_id', '=', param('instanceId'))
    .where('subject_type', '=', param('subjectType'))
    .where('subject_id', '=', param('subjectId'))
  const ofKey = ofSubject.where('namespace', '=', param('namespace')).where('key', '=', param('key'))
  const order = ['instanceId', 'subjectType', 'subjectId']
  const removeAll = statements.keep('run', () => compile(ofSubject, order))
  const removeOne = statements.keep('run', () => compile(ofKey, [...order, 'namespace', 'key']))
  return (instanceId, removal) => {
    if ('of' in removal) removeAll().run(instanceId, removal.of.subjectType, removal.of.subjectId)
    else {
      const { subjectType, subjectId, namespace, key } = removal.key
      removeOne().run(instanceId, subjectType, subjectId, namespace, key)
    }
  }
}
