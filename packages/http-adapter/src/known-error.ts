import type {
  AlreadyExistsError,
  ContentionError,
  HookRefusedError,
  IdempotencyKeyReusedError,
  InvalidInputError,
  InvalidStateError,
  LimitExceededError,
  NotFoundError,
  OutcomeUnknownError,
  PermissionDeniedError,
  StorageUnavailableError,
  TransactionError,
  UnauthenticatedError,
  VersionConflictError,
} from '@indwell/core'

/** Every error of core, each with its code. Faces translate all of them. */
export type KnownError =
  | AlreadyExistsError
  | ContentionError
  | HookRefusedError
  | IdempotencyKeyReusedError
  | InvalidInputError
  | InvalidStateError
  | LimitExceededError
  | NotFoundError
  | OutcomeUnknownError
  | PermissionDeniedError
  | StorageUnavailableError
  | TransactionError
  | UnauthenticatedError
  | VersionConflictError
