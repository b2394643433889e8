/**
 * For transports of ZITADEL's API other than JSON over HTTP, which `@indwell/grpc-adapter` is: what is served, call by
 * call, before anything is said of how messages travel. Hosts have no use for it.
 *
 * @packageDocumentation
 */
export { ApiError } from '../api-error'
export type { CallStatus, ErrorDetail } from '../call-status'
export { plainStatus } from '../call-status'
export type { FieldKind } from '../contract'
export { type GrpcCode, grpcCodes } from '../grpc-code'
export type { EnumLayout, FieldLayout, MessageLayout } from '../message-layout'
export { statusOf } from '../status-of'
export type { AnswerForm, CallOutcome } from './make-call'
export { type CallsOptions, type OpenCall, openCalls } from './open-calls'
