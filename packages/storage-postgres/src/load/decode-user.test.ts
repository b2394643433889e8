import { recordTables } from '@indwell/storage-kysely'
import { expect, it } from 'vitest'
import { decoderByColumns } from './decode-record'
import { decodeUser } from './decode-user'

/** A value of its own for each column, where its type lets it have one, behind two columns of something else. */
const rowOf = (flag: string | null) => [
  'other',
  null,
  ...Object.entries(recordTables.user.columns).map(([member, { type, nullable }], place) => {
    if (type === 'boolean') return nullable ? flag : (flag ?? 'f')
    if (nullable && flag === null) return null
    return type === 'integer' ? String(place) : member
  }),
]

it.each([['t'], ['true'], ['f'], ['false'], [null]])('decodes what the columns say, flags of %s', (flag) => {
  expect(decodeUser(rowOf(flag), 2)).toEqual(decoderByColumns('user')(rowOf(flag), 2))
})
