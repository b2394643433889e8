import { expect, it } from 'vitest'
import { parseHosts } from './several-hosts'

it('makes a connection string for each host, with all else the same', () => {
  expect(parseHosts('postgres://me:p%40ss@one:5433,two,[::1]:5434/directory?application_name=a,b')).toEqual({
    connectionStrings: [
      'postgres://me:p%40ss@one:5433/directory?application_name=a,b',
      'postgres://me:p%40ss@two/directory?application_name=a,b',
      'postgres://me:p%40ss@[::1]:5434/directory?application_name=a,b',
    ],
    readWrite: true,
  })
})

it.each(['postgres://me@one/directory', 'postgresql:///directory?host=/run/postgresql', '/run/postgresql directory'])(
  'leaves %s as it is, whatever the server takes',
  (connectionString) => {
    expect(parseHosts(connectionString)).toEqual({ connectionStrings: [connectionString], readWrite: false })
  },
)

it.each([
  ['postgres://one/directory?target_session_attrs=read-write', true],
  ['postgres://one/directory?a=b&target_session_attrs=primary', true],
  ['postgres://one,two/directory?target_session_attrs=any', false],
])('reads of %s whether the server has to take writes', (connectionString, readWrite) => {
  expect(parseHosts(connectionString).readWrite).toBe(readWrite)
})

it.each(['standby', 'prefer-standby', 'read-only', ''])('refuses target_session_attrs=%s', (wanted) => {
  expect(() => parseHosts(`postgres://one,two/directory?target_session_attrs=${wanted}`)).toThrow(TypeError)
})

it.each(['postgres://one,/directory', 'postgres://one,two:port/directory', 'postgres://one,::1/directory'])(
  'refuses %s',
  (connectionString) => {
    expect(() => parseHosts(connectionString)).toThrow(TypeError)
  },
)
