import type { OpenApiParameter } from '../../openapi/openapi-document'
import type { MessageLayout } from '../message-layout'
import { fieldSchema, isRequired } from './message-schemas'

/**
 * The query parameters that fill a message: nested fields behind dots, lists by repetition. Lists of messages cannot be
 * written in a query, and messages within themselves are not followed.
 *
 * @param bound - Snake case names of the fields the path has set.
 */
export function queryParameters(layout: MessageLayout, bound: readonly string[]): readonly OpenApiParameter[] {
  return parametersBelow(layout, [], new Set([layout])).filter(({ name }) => {
    const [root = ''] = name.split('.', 1)
    return !bound.includes(layout.byName.get(root)?.name ?? '')
  })
}

function parametersBelow(
  layout: MessageLayout,
  path: readonly string[],
  above: ReadonlySet<MessageLayout>,
): readonly OpenApiParameter[] {
  return layout.fields.flatMap((field): readonly OpenApiParameter[] => {
    const names = [...path, field.jsonName]
    if (field.kind === 'struct') return []
    if (field.kind !== 'message') {
      const required = path.length === 0 && isRequired(field)
      return [{ name: names.join('.'), in: 'query', required, schema: fieldSchema(field) }]
    }
    if (field.repeated) return []
    const inner = field.message()
    return above.has(inner) ? [] : parametersBelow(inner, names, new Set([...above, inner]))
  })
}
