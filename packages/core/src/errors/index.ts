export { ChassisError, type ChassisErrorOptions } from './chassis-error.js';
export { CORE_ERRORS, type CoreErrorCode, type ErrorCode } from './codes.js';
export { coreError } from './core-error.js';
export { ERROR_KINDS, type ErrorKind } from './error-kind.js';
export { kindOfStatus } from './kind-of-status.js';
export { nearestName } from './nearest-name.js';
export {
  AlreadyExists,
  InvalidArgument,
  NotFound,
  PermissionDenied,
  ResourceExhausted,
  Unauthenticated,
  Unavailable,
} from './shorthands.js';
