import type { Request } from '../binding'

type TokenTypeName = Request<'management.v1.AddMachineUserRequest'>['accessTokenType']

export const tokenTypes = {
  ACCESS_TOKEN_TYPE_BEARER: 'bearer',
  ACCESS_TOKEN_TYPE_JWT: 'jwt',
} as const satisfies Record<TokenTypeName, 'bearer' | 'jwt'>
