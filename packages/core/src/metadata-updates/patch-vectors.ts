import type { JsonValue } from '../json'

/** What a patch comes to, or why it is refused: in the manner of github.com/json-patch/json-patch-tests. */
export interface PatchVector {
  readonly says: string
  readonly doc: JsonValue
  readonly patch: readonly Readonly<Record<string, JsonValue>>[]
  readonly expected?: JsonValue
  /** A path that leads nowhere, a test that fails, or what is no patch at all. */
  readonly error?: 'missing' | 'test' | 'invalid'
}

const add = (path: string, value: JsonValue) => ({ op: 'add', path, value })
const remove = (path: string) => ({ op: 'remove', path })
const replace = (path: string, value: JsonValue) => ({ op: 'replace', path, value })
const move = (from: string, path: string) => ({ op: 'move', from, path })
const copy = (from: string, path: string) => ({ op: 'copy', from, path })
const test = (path: string, value: JsonValue) => ({ op: 'test', path, value })

/** Of RFC 6902, appendix A, by number, and of the shared tests of implementations. */
export const patchVectors: readonly PatchVector[] = [
  {
    says: 'A.1 adding a member',
    doc: { foo: 'bar' },
    patch: [add('/baz', 'qux')],
    expected: { foo: 'bar', baz: 'qux' },
  },
  {
    says: 'A.2 adding an item',
    doc: { foo: ['bar', 'baz'] },
    patch: [add('/foo/1', 'qux')],
    expected: { foo: ['bar', 'qux', 'baz'] },
  },
  { says: 'A.3 removing a member', doc: { baz: 'qux', foo: 'bar' }, patch: [remove('/baz')], expected: { foo: 'bar' } },
  {
    says: 'A.4 removing an item',
    doc: { foo: ['bar', 'qux', 'baz'] },
    patch: [remove('/foo/1')],
    expected: { foo: ['bar', 'baz'] },
  },
  {
    says: 'A.5 replacing a value',
    doc: { baz: 'qux', foo: 'bar' },
    patch: [replace('/baz', 'boo')],
    expected: { baz: 'boo', foo: 'bar' },
  },
  {
    says: 'A.6 moving a value',
    doc: { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    patch: [move('/foo/waldo', '/qux/thud')],
    expected: { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  },
  {
    says: 'A.7 moving an item',
    doc: { foo: ['all', 'grass', 'cows', 'eat'] },
    patch: [move('/foo/1', '/foo/3')],
    expected: { foo: ['all', 'cows', 'eat', 'grass'] },
  },
  {
    says: 'A.8 testing a value',
    doc: { baz: 'qux', foo: ['a', 2, 'c'] },
    patch: [test('/baz', 'qux'), test('/foo/1', 2)],
    expected: { baz: 'qux', foo: ['a', 2, 'c'] },
  },
  { says: 'A.9 a test that fails', doc: { baz: 'qux' }, patch: [test('/baz', 'bar')], error: 'test' },
  {
    says: 'A.10 adding a nested member',
    doc: { foo: 'bar' },
    patch: [add('/child', { grandchild: {} })],
    expected: { foo: 'bar', child: { grandchild: {} } },
  },
  {
    says: 'A.11 members that are not known are ignored',
    doc: { foo: 'bar' },
    patch: [{ ...add('/baz', 'qux'), xyz: 123 }],
    expected: { foo: 'bar', baz: 'qux' },
  },
  { says: 'A.12 adding to what is not there', doc: { foo: 'bar' }, patch: [add('/baz/bat', 'qux')], error: 'missing' },
  { says: 'A.14 ~ escaped', doc: { '/': 9, '~1': 10 }, patch: [test('/~01', 10)], expected: { '/': 9, '~1': 10 } },
  { says: 'A.15 a text is no number', doc: { '/': 9, '~1': 10 }, patch: [test('/~01', '10')], error: 'test' },
  {
    says: 'A.16 adding a list as an item',
    doc: { foo: ['bar'] },
    patch: [add('/foo/-', ['abc', 'def'])],
    expected: { foo: ['bar', ['abc', 'def']] },
  },

  { says: 'no operation', doc: { foo: 1 }, patch: [], expected: { foo: 1 } },
  {
    says: 'members come in any order',
    doc: { foo: 1, bar: 2 },
    patch: [{ value: 3, path: '/bar', op: 'add' }],
    expected: { foo: 1, bar: 3 },
  },
  { says: 'adding replaces what is there', doc: { foo: null }, patch: [add('/foo', 1)], expected: { foo: 1 } },
  { says: 'adding to an empty list', doc: [], patch: [add('/0', 'foo')], expected: ['foo'] },
  {
    says: 'adding an item at the end by its number',
    doc: { list: [1] },
    patch: [add('/list/1', 2)],
    expected: { list: [1, 2] },
  },
  { says: 'adding an item beyond the end', doc: { list: [1, 2] }, patch: [add('/list/8', 3)], error: 'missing' },
  { says: 'adding an item before the first', doc: { list: [1, 2] }, patch: [add('/list/-1', 3)], error: 'missing' },
  { says: 'adding an item by a name', doc: { list: [1, 2] }, patch: [add('/list/a', 3)], error: 'missing' },
  {
    says: 'a number with a zero before it is no place',
    doc: { list: [1, 2] },
    patch: [add('/list/01', 3)],
    error: 'missing',
  },
  {
    says: 'a number with an exponent is no place',
    doc: { list: [1, 2] },
    patch: [add('/list/1e0', 3)],
    error: 'missing',
  },
  {
    says: 'replacing by a place with a zero before it',
    doc: { list: [1, 2] },
    patch: [replace('/list/00', 3)],
    error: 'missing',
  },
  {
    says: 'replacing by a place with an exponent',
    doc: { list: [1, 2] },
    patch: [replace('/list/1e0', 3)],
    error: 'missing',
  },
  {
    says: 'testing by a place with a zero before it',
    doc: { list: ['foo', 'bar'] },
    patch: [test('/list/00', 'foo')],
    error: 'missing',
  },
  {
    says: 'removing by a place with an exponent',
    doc: { list: [1, 2] },
    patch: [remove('/list/1e0')],
    error: 'missing',
  },
  {
    says: 'a member whose name is a number',
    doc: { foo: 1 },
    patch: [add('/0', 'bar')],
    expected: { foo: 1, 0: 'bar' },
  },
  {
    says: 'true, false and null',
    doc: { foo: 1 },
    patch: [add('/bar', true), add('/baz', false), add('/qux', null)],
    expected: { foo: 1, bar: true, baz: false, qux: null },
  },
  { says: 'an item between others', doc: ['foo', 'sil'], patch: [add('/1', 'bar')], expected: ['foo', 'bar', 'sil'] },
  { says: 'an item before others', doc: ['foo', 'sil'], patch: [add('/0', 'bar')], expected: ['bar', 'foo', 'sil'] },
  {
    says: 'removing deeply',
    doc: { foo: 1, bar: [1, 2, { baz: [{ qux: 'hello' }] }] },
    patch: [remove('/bar/2/baz/0/qux')],
    expected: { foo: 1, bar: [1, 2, { baz: [{}] }] },
  },
  {
    says: 'replacing deeply',
    doc: { bar: [{ baz: [{ qux: 'hello' }] }] },
    patch: [replace('/bar/0/baz/0/qux', 'world')],
    expected: { bar: [{ baz: [{ qux: 'world' }] }] },
  },
  { says: 'replacing an item', doc: { list: ['foo'] }, patch: [replace('/list/0', 0)], expected: { list: [0] } },
  { says: 'replacing null', doc: { foo: null }, patch: [replace('/foo', 'truthy')], expected: { foo: 'truthy' } },
  { says: 'replacing by null', doc: { foo: 'truthy' }, patch: [replace('/foo', null)], expected: { foo: null } },
  { says: 'moving null', doc: { foo: null }, patch: [move('/foo', '/bar')], expected: { bar: null } },
  { says: 'copying null', doc: { foo: null }, patch: [copy('/foo', '/bar')], expected: { foo: null, bar: null } },
  { says: 'removing null', doc: { foo: null }, patch: [remove('/foo')], expected: {} },
  { says: 'null is there to be tested', doc: { foo: null }, patch: [test('/foo', null)], expected: { foo: null } },
  { says: 'what is missing is no null', doc: { bar: 1 }, patch: [test('/foo', null)], error: 'missing' },
  { says: 'replacing what is missing', doc: { bar: 1 }, patch: [replace('/foo', 1)], error: 'missing' },
  { says: 'replacing an item beyond the end', doc: { list: [1] }, patch: [replace('/list/1', 2)], error: 'missing' },
  { says: 'replacing behind the end', doc: { list: [1] }, patch: [replace('/list/-', 2)], error: 'missing' },
  { says: 'removing what is missing', doc: { foo: 'bar' }, patch: [remove('/baz')], error: 'missing' },
  { says: 'removing nested what is missing', doc: { foo: { a: 1 } }, patch: [remove('/foo/b')], error: 'missing' },
  {
    says: 'removing an item beyond the end',
    doc: { list: ['foo', 'bar'] },
    patch: [remove('/list/2')],
    error: 'missing',
  },
  {
    says: 'members tested in any order',
    doc: { foo: { foo: 1, bar: [2, 5] } },
    patch: [test('/foo', { bar: [2, 5], foo: 1 })],
    expected: { foo: { foo: 1, bar: [2, 5] } },
  },
  {
    says: 'items tested in their order',
    doc: { foo: { bar: [2, 5] } },
    patch: [test('/foo', { bar: [5, 2] })],
    error: 'test',
  },
  {
    says: 'testing a list of objects',
    doc: { foo: [{ foo: 'bar' }] },
    patch: [test('/foo', [{ foo: 'bar' }])],
    expected: { foo: [{ foo: 'bar' }] },
  },
  {
    says: 'fewer members are not the same',
    doc: { foo: { a: 1, b: 2 } },
    patch: [test('/foo', { a: 1 })],
    error: 'test',
  },
  { says: 'a list is no object', doc: { foo: [] }, patch: [test('/foo', {})], error: 'test' },
  { says: 'no text is the same as false', doc: { foo: '' }, patch: [test('/foo', false)], error: 'test' },
  {
    says: 'numbers are the same however they are written',
    doc: { foo: 1 },
    patch: [test('/foo', 1.0)],
    expected: { foo: 1 },
  },
  {
    says: 'the names that RFC 6901 escapes',
    doc: { 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 },
    patch: [
      test('/a~1b', 1),
      test('/c%d', 2),
      test('/e^f', 3),
      test('/g|h', 4),
      test('/i\\j', 5),
      test('/k"l', 6),
      test('/ ', 7),
      test('/m~0n', 8),
    ],
    expected: { 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 },
  },
  {
    says: 'an empty name inside',
    doc: { foo: { '': 1 } },
    patch: [test('/foo/', 1), replace('/foo/', 2)],
    expected: { foo: { '': 2 } },
  },
  { says: 'moving to where it is', doc: { foo: 1 }, patch: [move('/foo', '/foo')], expected: { foo: 1 } },
  { says: 'moving what is missing to where it is', doc: { foo: 1 }, patch: [move('/bar', '/bar')], error: 'missing' },
  { says: 'moving what is missing', doc: { foo: 1 }, patch: [move('/bar', '/baz')], error: 'missing' },
  {
    says: 'moving into an item',
    doc: { baz: [{ qux: 'hello' }], bar: 1 },
    patch: [move('/baz/0/qux', '/baz/1')],
    expected: { baz: [{}, 'hello'], bar: 1 },
  },
  { says: 'moving into itself', doc: { foo: { bar: 1 } }, patch: [move('/foo', '/foo/bar')], error: 'invalid' },
  {
    says: 'copying an item',
    doc: { baz: [{ qux: 'hello' }], bar: 1 },
    patch: [copy('/baz/0', '/boo')],
    expected: { baz: [{ qux: 'hello' }], bar: 1, boo: { qux: 'hello' } },
  },
  {
    says: 'a copy is one of its own',
    doc: { a: { b: [] } },
    patch: [copy('/a', '/c'), add('/c/b/0', 1)],
    expected: { a: { b: [] }, c: { b: [1] } },
  },
  {
    says: 'copying what is missing',
    doc: { baz: [{ qux: 'hello' }] },
    patch: [copy('/baz/1', '/boo')],
    error: 'missing',
  },
  { says: 'into text there is no path', doc: { foo: 'bar' }, patch: [add('/foo/0', 1)], error: 'missing' },
  {
    says: 'a value that was added is changed',
    doc: {},
    patch: [add('/foo', { bar: [] }), add('/foo/bar/-', 1), replace('/foo/bar/0', 2)],
    expected: { foo: { bar: [2] } },
  },
  {
    says: 'what came before a failure is not done',
    doc: { foo: 1 },
    patch: [replace('/foo', 2), test('/foo', 1)],
    error: 'test',
  },
  {
    says: 'an operation that does not exist',
    doc: { foo: 1 },
    patch: [{ op: 'spam', path: '/foo', value: 1 }],
    error: 'invalid',
  },
  { says: 'adding without a value', doc: { foo: 1 }, patch: [{ op: 'add', path: '/foo' }], error: 'invalid' },
  { says: 'copying from nowhere', doc: { foo: 1 }, patch: [{ op: 'copy', path: '/foo' }], error: 'invalid' },
  { says: 'a path that is null', doc: { foo: 1 }, patch: [{ op: 'add', path: null, value: 1 }], error: 'invalid' },
]
