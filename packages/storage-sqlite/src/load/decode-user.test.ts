import { recordTables } from '@indwell/storage-kysely'
import { expect, it } from 'vitest'
import { decoderByColumns } from './decode-record'
import { decodeUser } from './decode-user'

/** A value of its own for each column, where its type lets it have one. */
const rowOf = (flag: number | null) =>
  Object.entries(recordTables.user.columns).map(([member, { type, nullable }], place) => {
    if (type === 'boolean') return nullable ? flag : (flag ?? 0)
    if (nullable && flag === null) return null
    return type === 'integer' ? place : member
  })

it.each([[1], [0], [null]])('decodes what the columns say, flags of %s', (flag) => {
  expect(decodeUser(rowOf(flag))).toEqual(decoderByColumns('user')(rowOf(flag)))
})
