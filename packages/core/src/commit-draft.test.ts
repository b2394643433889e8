import { describe, expect, it } from 'vitest'
import { CommitDraft } from './commit-draft'
import type { AppendedEvent } from './events/event'

const system = { type: 'system', reason: 'test' } as const
const added = { type: 'org.added', payload: { name: 'Acme' } }
const recordOf = ({ aggregate, sequence, createdAt }: AppendedEvent) => ({
  orgId: aggregate.id,
  name: 'Acme',
  displayName: null,
  state: 'active' as const,
  primaryDomain: null,
  settings: {},
  sequence,
  createdAt,
  changedAt: createdAt,
})

describe('a draft', () => {
  it('stamps a record by the event that it was evolved from, and holds no value that a database could not', () => {
    const draft = new CommitDraft()
    const orgs = ['a', 'b'].map((id) =>
      draft.aggregate({ type: 'org', id }, { owner: id, expect: 'new', revise: true }),
    )
    const events = orgs.flatMap((org) => [org.append(added), org.append(added), org.append(added)])
    for (const event of events) draft.put('org', recordOf(event))

    const put = draft.commit(5, system).put ?? []
    expect(put.map(({ stamp }) => stamp)).toEqual(
      [0, 1].flatMap((aggregate) => [0, 1, 2].map((event) => ({ aggregate, event }))),
    )
    for (const { record, created } of put) {
      expect(created).toBe(true)
      expect(record.sequence).toMatch(/^-\d+$/)
    }
  })

  it('takes a record as it stands whose number is stored already', () => {
    const draft = new CommitDraft()
    const org = draft.aggregate({ type: 'org', id: 'a' }, { owner: 'a', expect: 'live', revise: true })
    const record = { ...recordOf(org.append(added)), sequence: '12', createdAt: 3 }
    draft.put('org', record)
    expect(draft.commit(5, system).put).toEqual([{ kind: 'org', record, created: false }])
  })
})
