import { expect, it } from 'vitest'
import type { Contract } from '../contract'
import { layoutOf } from '../message-layout'
import { queryParameters } from './query-parameters'

const contract: Contract = {
  methods: {},
  messages: {
    'v1.GetRequest': {
      org_id: { number: 1, kind: 'string' },
      login_name: { number: 2, kind: 'string', rules: { min: 1 } },
      page: { number: 3, kind: 'message', of: 'v1.Page' },
      keys: { number: 4, kind: 'string', repeated: true },
      pages: { number: 5, kind: 'message', of: 'v1.Page', repeated: true },
    },
    'v1.Page': {
      page_size: { number: 1, kind: 'uint32', rules: { min: 1 } },
      before: { number: 2, kind: 'message', of: 'v1.Page' },
    },
  },
  requiredOneofs: [],
  enums: {},
}

it('names nested fields behind dots, and neither lists of messages nor messages within themselves', () => {
  const parameters = queryParameters(layoutOf(contract, 'v1.GetRequest'), [])

  expect(parameters.map(({ name, required }) => [name, required])).toEqual([
    ['orgId', false],
    ['loginName', true],
    ['page.pageSize', false],
    ['keys', false],
  ])
})

it('leaves out what the path sets', () => {
  const parameters = queryParameters(layoutOf(contract, 'v1.GetRequest'), ['org_id', 'page'])

  expect(parameters.map(({ name }) => name)).toEqual(['loginName', 'keys'])
})
