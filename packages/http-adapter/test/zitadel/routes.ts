import { bindings } from '../../src/zitadel/bindings'
import { type Contract, requestNameOf } from '../../src/zitadel/contract'
import { zitadelContract } from '../../src/zitadel/contract.generated'
import { layoutOf, type MessageLayout } from '../../src/zitadel/message-layout'

/** A method that is served, as the contract has it. */
export interface Route {
  /** `management.v1.ManagementService/AddHumanUser`. */
  readonly name: string
  readonly httpMethod: string
  readonly path: string
  readonly permission: string
  readonly hasBody: boolean
  /** Of the request. */
  readonly layout: MessageLayout
}

const contract: Contract = zitadelContract

/** Every method that is served. */
export const routes: readonly Route[] = Object.keys(bindings).map((name) => {
  const method = contract.methods[name]
  if (method?.permission === undefined) throw new TypeError(`${name} asks for no permission`)
  const { httpMethod, path, permission, body } = method
  return { name, httpMethod, path, permission, hasBody: body === '*', layout: layoutOf(contract, requestNameOf(name)) }
})

/** Those that ask for their permission in the org of the call. Below `/v2` it is asked for in the org of the object. */
export const v1Routes: readonly Route[] = routes.filter(({ path }) => !path.startsWith('/v2/'))

export const v2Routes: readonly Route[] = routes.filter(({ path }) => path.startsWith('/v2/'))

/** For `each`, whose own titles cut long paths. */
export const titled = (some: readonly Route[]): readonly (readonly [title: string, route: Route])[] =>
  some.map((route) => [`${route.httpMethod} ${route.path}`, route])

/** Whether a call that is granted may change something. */
export function isWrite({ httpMethod, path }: Route): boolean {
  return httpMethod !== 'GET' && !path.endsWith('_search')
}
