import type {
  AlreadyExistsError,
  ContentionError,
  IdempotencyKeyReusedError,
  InvalidInputError,
  InvalidStateError,
  LimitExceededError,
  NotFoundError,
  OutcomeUnknownError,
  PermissionDeniedError,
  StorageUnavailableError,
  UnauthenticatedError,
  VersionConflictError,
} from '@indwell/core'

/** Every error of core, each with its code. Faces translate all of them. */
export type KnownError =
  | AlreadyExistsError
  | ContentionError
  | IdempotencyKeyReusedError
  | InvalidInputError
  | InvalidStateError
  | LimitExceededError
  | NotFoundError
  | OutcomeUnknownError
  | PermissionDeniedError
  | StorageUnavailableError
  | UnauthenticatedError
  | VersionConflictError
