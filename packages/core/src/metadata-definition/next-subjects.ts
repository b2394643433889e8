import type { Core } from '../core'
import type { MetadataSubjectType } from '../metadata/metadata'
import type { MetadataSubject } from '../metadata/metadata-subject'

/** A page of the subjects of a kind, by id, behind the last one of the page before. */
export async function nextSubjects(
  core: Core,
  subjectType: MetadataSubjectType,
  last: string | undefined,
  limit: number,
): Promise<readonly MetadataSubject[]> {
  const page = { offset: 0, limit, count: false } as const
  const beyond = <Field extends string>(field: Field) => ({
    ...(last !== undefined && {
      filter: { op: 'range', field, from: last, fromInclusive: false, toInclusive: false } as const,
    }),
    sort: [{ field, descending: false }],
  })
  switch (subjectType) {
    case 'user': {
      const { items } = await core.search({ kind: 'user', ...page, ...beyond('userId') })
      return items.map(({ userId }) => ({ subjectType, subjectId: userId }))
    }
    case 'org': {
      const { items } = await core.search({ kind: 'org', ...page, ...beyond('orgId') })
      return items.map(({ orgId }) => ({ subjectType, subjectId: orgId }))
    }
    case 'client': {
      const { items } = await core.search({ kind: 'client', ...page, ...beyond('clientId') })
      return items.map(({ clientId }) => ({ subjectType, subjectId: clientId }))
    }
  }
}
