import { expect, it } from 'vitest'
import { jsonMetadata } from './user-view'

it('metadata keeps its names, and shows bytes in base64', () => {
  const values = { ...JSON.parse('{"__proto__":{"a":1}}'), bytes: new Uint8Array([0, 255]), none: null }

  const shown = jsonMetadata(values)

  expect(JSON.stringify(shown)).toBe('{"__proto__":{"a":1},"bytes":"AP8=","none":null}')
})
