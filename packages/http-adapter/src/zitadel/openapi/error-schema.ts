import type { JsonSchema } from '../../openapi/json-schema'

/** Body of every error of the face. */
export const errorSchema: JsonSchema = {
  type: 'object',
  properties: {
    code: { type: 'integer', description: 'Status code of gRPC.' },
    message: { type: 'string' },
    details: {
      type: 'array',
      description: "Present with errors of ZITADEL's own.",
      items: {
        type: 'object',
        properties: { '@type': { type: 'string' }, id: { type: 'string' }, message: { type: 'string' } },
        required: ['@type', 'id', 'message'],
      },
    },
  },
  required: ['code', 'message'],
}
