import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../json'
import { applyOperation } from './apply-patch'
import { MetadataDocument } from './metadata-document'
import type { PatchOperation } from './metadata-update'
import { parsePatch } from './parse-patch'
import { type PatchVector, patchVectors } from './patch-vectors'

function documentOf(values: object): MetadataDocument {
  return new MetadataDocument({
    found: Object.entries(values).map(([key, value]) => [key, { json: JSON.stringify(value) }]),
    defaults: [],
    hidden: new Set(),
    versions: new Map(),
    readPermission: 'user.read',
  })
}

function patched(values: object, patch: readonly object[]): object {
  const document = documentOf(values)
  for (const operation of parsePatch(patch)) applyOperation(document, operation)
  return Object.fromEntries(document.keys.map((key) => [key, document.read(key)]))
}

/** The same operations on what stands under a key. */
const below = (key: string, patch: PatchVector['patch']) =>
  patch.map((operation) => ({
    ...operation,
    ...('path' in operation && typeof operation.path === 'string' && { path: `/${key}${operation.path}` }),
    ...('from' in operation && typeof operation.from === 'string' && { from: `/${key}${operation.from}` }),
  }))

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
const namespaceVectors = patchVectors.filter(
  ({ doc, expected }) => isObject(doc) && (expected === undefined || isObject(expected)),
)

function expectVector(
  run: () => object,
  { error, expected }: PatchVector,
  wanted: (expected: JsonValue) => unknown,
): void {
  if (error === undefined) expect(run()).toStrictEqual(wanted(expected!))
  else {
    const code = { missing: 'metadata_path_missing', test: 'metadata_test_failed', invalid: undefined }[error]
    let thrown: unknown
    try {
      run()
    } catch (failure) {
      thrown = failure
    }
    expect(thrown).toMatchObject(
      code === undefined ? { code: 'invalid_input' } : { code: 'invalid_state', reason: code },
    )
  }
}

describe('a JSON Patch', () => {
  it.each(patchVectors)('of an entry: $says', (vector) => {
    expectVector(
      () => patched({ doc: vector.doc }, below('doc', vector.patch)),
      vector,
      (doc) => ({ doc }),
    )
  })

  it.each(namespaceVectors)('of a namespace: $says', (vector) => {
    expectVector(
      () => patched(vector.doc as object, vector.patch),
      vector,
      (doc) => doc,
    )
  })

  it('of the namespace as a whole leaves keys and values', () => {
    expect(patched({ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }])).toEqual({ b: 2 })
    expect(patched({ a: 1 }, [{ op: 'copy', from: '', path: '/b' }])).toEqual({ a: 1, b: { a: 1 } })
    expect(patched({ a: { b: 1 } }, [{ op: 'move', from: '/a', path: '' }])).toEqual({ b: 1 })
    expect(patched({ a: 1 }, [{ op: 'remove', path: '' }])).toEqual({})
    expect(patched({ a: 1 }, [{ op: 'test', path: '', value: { a: 1 } }])).toEqual({ a: 1 })
    expect(() => patched({ a: 1 }, [{ op: 'replace', path: '', value: 1 }])).toThrow('must leave an object')
  })

  it('takes __proto__ for a name like any other', () => {
    const value = { polluted: true }
    const made = patched({ a: {} }, [
      { op: 'add', path: '/a/__proto__', value },
      { op: 'add', path: '/a/__proto__/more', value: 1 },
      { op: 'add', path: '/__proto__', value },
    ])

    expect(JSON.stringify(made)).toBe('{"a":{"__proto__":{"polluted":true,"more":1}},"__proto__":{"polluted":true}}')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    for (const path of ['/a/__proto__/x', '/a/constructor/prototype/x', '/constructor/x', '/a/toString/x']) {
      expect(() => patched({ a: {} }, [{ op: 'add', path, value: 1 }])).toThrow('path missing')
    }
    expect(() => patched({ a: [] }, [{ op: 'test', path: '/a/length', value: 0 }])).toThrow('path missing')
  })

  it('takes bytes for a value of a key', () => {
    const bytes = new Uint8Array([1, 2])

    expect(
      patched({}, [
        { op: 'add', path: '/a', value: bytes },
        { op: 'test', path: '/a', value: bytes },
      ]),
    ).toEqual({
      a: bytes,
    })
    expect(() =>
      patched({}, [
        { op: 'add', path: '/a', value: bytes },
        { op: 'test', path: '/a', value: [1, 2] },
      ]),
    ).toThrow('test failed')
  })

  it.each<[string, unknown, string]>([
    ['no list', {}, 'patch'],
    ['no object', [1], 'patch.0'],
    ['a hole', new Array(1), 'patch.0'],
    ['no operation', [{ path: '/a' }], 'patch.0.op'],
    ['an unknown operation', [{ op: 'spam', path: '/a' }], 'patch.0.op'],
    ['no path', [{ op: 'remove' }], 'patch.0.path'],
    ['a path that is no text', [{ op: 'remove', path: ['a'] }], 'patch.0.path'],
    ['a path without a slash', [{ op: 'remove', path: 'a' }], 'patch.0.path'],
    ['a path with a stray ~', [{ op: 'remove', path: '/a~2' }], 'patch.0.path'],
    [
      'no value',
      [
        { op: 'remove', path: '/a' },
        { op: 'add', path: '/a' },
      ],
      'patch.1.value',
    ],
    ['undefined', [{ op: 'replace', path: '/a', value: undefined }], 'patch.0.value'],
    ['undefined inside', [{ op: 'add', path: '/a', value: [undefined] }], 'patch.0.value'],
    ['no from', [{ op: 'move', path: '/a' }], 'patch.0.from'],
    ['a key that nothing can have', [{ op: 'add', path: '/', value: 1 }], 'key'],
    ['moving into itself', [{ op: 'move', from: '/a', path: '/a/b' }], 'patch.0.path'],
  ])('refuses %s', (_, patch, path) => {
    expect(() => parsePatch(patch as PatchOperation[])).toThrow(
      expect.objectContaining({ code: 'invalid_input', path }),
    )
  })
})
