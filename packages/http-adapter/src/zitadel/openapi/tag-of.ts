/**
 * Names the part of the API a path belongs to, from the paths alone: `Management: users`.
 *
 * That is the service, and of the path the innermost collection, or its first segment when there is none. A segment is
 * a collection when the path of some route goes on with a variable behind it.
 *
 * @param service - `management.v1.ManagementService`.
 * @param paths - Every path that is served.
 */
export function tagOf(service: string, path: string, paths: readonly string[]): string {
  const name = service.slice(service.lastIndexOf('.') + 1).replace(/Service$/, '')
  const segments = path.split('/')
  // `/management/v1/users`, but `/v2/users`.
  const start = segments.findIndex((segment) => /^v\d+$/.test(segment)) + 1
  const literals = segments.slice(start).filter((segment) => !segment.startsWith('{') && !segment.startsWith('_'))
  const isCollection = (literal: string) =>
    paths.some((other) => other.startsWith(segments.slice(0, start).join('/')) && other.includes(`/${literal}/{`))
  return `${name}: ${literals.findLast(isCollection) ?? literals[0] ?? service}`
}
