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

/** Whether a call that is granted may change something. */
export function isWrite({ httpMethod, path }: Route): boolean {
  return httpMethod !== 'GET' && !path.endsWith('_search')
}

/** The variables of a route's path, by snake case name, from values by the JSON names of the fields they set. */
export function variablesOf(
  { path, layout }: Route,
  values: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return Object.fromEntries(names.map((name) => [name, String(values[layout.byName.get(name)?.jsonName ?? name])]))
}

/** The path of a route with its variables filled, by their snake case names. */
export function pathOf({ path }: Route, variables: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(variables[name] ?? 'x'))
}
