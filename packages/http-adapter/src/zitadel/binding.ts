import type { Across, ActingDirectory, Directory } from '@indwell/core'
import type { MessageName, MethodName, RequestMessage, ResponseMessage, ResponseNameOf } from './contract'
import type { zitadelContract } from './contract.generated'
import type { RequestOf } from './decode-request'
import type { ErrorMap } from './error-map'

export type Zitadel = typeof zitadelContract

/** A request message or a part of one. */
export type Request<Name extends MessageName<Zitadel>> = RequestMessage<Zitadel, Name>

/** A response message or a part of one. */
export type Response<Name extends MessageName<Zitadel>> = ResponseMessage<Zitadel, Name>

/** Every method whose contract names a permission: no other can be bound. */
export type GuardedMethod = {
  [Method in MethodName<Zitadel>]: Zitadel['methods'][Method] extends { readonly permission: string } ? Method : never
}[MethodName<Zitadel>]

/** One call, whose message keeps the field rules. That the caller may make it is for the use cases to check. */
export interface Call<Method extends GuardedMethod> {
  /** Who is calling, in the org of the call or as the binding's `across` says. */
  readonly caller: ActingDirectory
  readonly callerId: string
  readonly directory: Directory
  /** Only where there is nothing yet; true of no method without `heedsAbsence`. */
  readonly ifAbsent: boolean
  readonly request: RequestOf<Zitadel, Method>
}

/** What a method of the contract does. Method, path, permission and messages are the contract's. */
export interface Binding<Method extends GuardedMethod> {
  /** What each error of the use case is on the wire, where it is not what `commonErrors` says. */
  readonly errors?: ErrorMap
  /**
   * What a live server leaves out of `details`: `changeDate` where it adds something, `creationDate` where it changes
   * something. Absent: it leaves out nothing.
   */
  readonly writes?: 'adds' | 'changes'
  /** It sets one thing, and heeds `If-None-Match: *`. */
  readonly heedsAbsence?: true
  /** The caller acts wherever the subjects of the call live, as v2 does. Absent: in the org of the call. */
  readonly across?: Across
  handle(call: Call<Method>): Promise<ResponseMessage<Zitadel, Extract<ResponseNameOf<Method>, MessageName<Zitadel>>>>
}

export type Bindings = { readonly [Method in GuardedMethod]?: Binding<Method> }

type NameIn<Service extends string> = GuardedMethod extends infer Method
  ? Method extends `${Service}/${infer Name}`
    ? Name
    : never
  : never

type BindingIn<Service extends string, Name extends string> = Binding<Extract<GuardedMethod, `${Service}/${Name}`>>

/** Binding of a method of `/management/v1`. */
export type Management<Name extends NameIn<'management.v1.ManagementService'>> = BindingIn<
  'management.v1.ManagementService',
  Name
>

/** Binding of a method of `/admin/v1`. */
export type Admin<Name extends NameIn<'admin.v1.AdminService'>> = BindingIn<'admin.v1.AdminService', Name>

/** Binding of a method on users of `/v2`. */
export type UserV2<Name extends NameIn<'user.v2.UserService'>> = BindingIn<'user.v2.UserService', Name>

/** Binding of a method on organizations of `/v2`. */
export type OrganizationV2<Name extends NameIn<'org.v2.OrganizationService'>> = BindingIn<
  'org.v2.OrganizationService',
  Name
>

/** Binding of a method of `/auth/v1`. */
export type Auth<Name extends NameIn<'auth.v1.AuthService'>> = BindingIn<'auth.v1.AuthService', Name>
