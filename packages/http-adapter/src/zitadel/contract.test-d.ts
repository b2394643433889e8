import { expectTypeOf } from 'vitest'
import type { MethodName, RequestMessage, RequestNameOf, ResponseMessage, ResponseNameOf } from './contract'
import type { zitadelContract } from './contract.generated'

type Zitadel = typeof zitadelContract

expectTypeOf<RequestNameOf<'user.v2.UserService/GetUserByID'>>().toEqualTypeOf<'user.v2.GetUserByIDRequest'>()
expectTypeOf<ResponseNameOf<'management.v1.ManagementService/AddOrg'>>().toEqualTypeOf<'management.v1.AddOrgResponse'>()

// @ts-expect-error a method that is not served
expectTypeOf<'management.v1.ManagementService/Nonsense'>().toExtend<MethodName<Zitadel>>()

type SetUserMetadata = RequestMessage<Zitadel, 'management.v1.SetUserMetadataRequest'>
expectTypeOf<SetUserMetadata>().toEqualTypeOf<{
  readonly id: string
  readonly key: string
  readonly value: Uint8Array
}>()

type AddHumanUser = RequestMessage<Zitadel, 'management.v1.AddHumanUserRequest'>
expectTypeOf<AddHumanUser['profile']['firstName']>().toEqualTypeOf<string>()
expectTypeOf<AddHumanUser['phone']>().extract<undefined>().toEqualTypeOf<undefined>()

type SearchQuery = RequestMessage<Zitadel, 'user.v1.SearchQuery'>
expectTypeOf<NonNullable<SearchQuery['stateQuery']>['state']>().extract<number>().toBeNever()
expectTypeOf<NonNullable<SearchQuery['orQuery']>['queries']>().toEqualTypeOf<readonly SearchQuery[]>()

type AddMachineUser = RequestMessage<Zitadel, 'management.v1.AddMachineUserRequest'>
expectTypeOf<AddMachineUser['userId']>().toEqualTypeOf<string | undefined>()

type Details = ResponseMessage<Zitadel, 'v1.ObjectDetails'>
expectTypeOf<Details['sequence']>().toEqualTypeOf<bigint | number | string | undefined>()
expectTypeOf<Details['creationDate']>().toEqualTypeOf<number | undefined>()
