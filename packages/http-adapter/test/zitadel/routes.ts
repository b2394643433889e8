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

const served: readonly (Route & { readonly isJson: boolean })[] = Object.keys(bindings).map((name) => {
  const method = contract.methods[name]
  if (method?.permission === undefined) throw new TypeError(`${name} asks for no permission`)
  const { httpMethod = 'POST', path = `/zitadel.${name}`, permission } = method
  const isJson = method.path !== undefined
  const hasBody = !isJson || method.body === '*'
  return { name, httpMethod, path, permission, hasBody, layout: layoutOf(contract, requestNameOf(name)), isJson }
})

/** Every method that is served as JSON. */
export const routes: readonly Route[] = served.filter(({ isJson }) => isJson)

/** Every other one, all of them of v2, where `byName` has them. */
export const routesByName: readonly Route[] = served.filter(({ isJson }) => !isJson)

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
