import type { ErrorKind } from './error-kind.js';

/**
 * One row of `docs/errors.md`: a stable code, its kind, when it happens and what to do about it.
 *
 * @example
 * ```ts
 * const row: ErrorCode = { kind: 'INTERNAL', when: 'the cat left', remedy: 'Feed it.' };
 * ```
 */
export interface ErrorCode {
  readonly kind: ErrorKind;
  /** When it happens, as a clause. */
  readonly when: string;
  /** What the reader can do, as a sentence. */
  readonly remedy: string;
}

/**
 * The codes that core throws. Packages keep a table of their own of the same shape; `docs/errors.md` is generated from all.
 *
 * @example
 * ```ts
 * console.log(CORE_ERRORS.CONFIG_INVALID.remedy);
 * ```
 */
export const CORE_ERRORS = {
  ARGUMENT_INVALID: {
    kind: 'INVALID_ARGUMENT',
    when: 'arguments of a call do not fit the declared parameters',
    remedy: 'Read `details.faults`: each names the place, what was expected and what came.',
  },
  RESULT_INVALID: {
    kind: 'INTERNAL',
    when: 'a method returned a value that does not fit its `@Returns`, or one that exists over another protocol only',
    remedy: 'Return the declared type or change the declaration.',
  },
  CONFIG_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a configuration source or section does not validate',
    remedy: 'Correct the named key; at run time the last good values stay in force.',
  },
  CONFIG_UNREADABLE: {
    kind: 'FAILED_PRECONDITION',
    when: 'a configuration file cannot be read or parsed',
    remedy: 'Correct the file at the named line.',
  },
  CIPHER_UNKNOWN: {
    kind: 'FAILED_PRECONDITION',
    when: 'something names a cipher that neither core nor a listed plug-in brings',
    remedy: 'Correct the named key, or list the plug-in that brings the cipher.',
  },
  CIPHER_KEY_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'the keys of the cipher `aes-gcm` are absent or cannot be used',
    remedy: 'Correct the named file or variable: lines `id:base64` with keys of 32 bytes.',
  },
  CIPHER_FAILED: {
    kind: 'FAILED_PRECONDITION',
    when: 'a text cannot be decrypted: it was changed, or its key is not at hand',
    remedy: 'Add the key that the message names, or encrypt the value anew.',
  },
  CONTAINER_MISSING: {
    kind: 'FAILED_PRECONDITION',
    when: 'a constructor asks for something that no module provides',
    remedy: 'List a provider for the named token in a module.',
  },
  CONTAINER_CYCLE: {
    kind: 'FAILED_PRECONDITION',
    when: 'providers need one another in a circle',
    remedy: 'Break the named circle: let one of them take another by `injectLater(...)`.',
  },
  CONTAINER_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a module or provider is declared in a way that cannot work',
    remedy: 'Follow the message: it names the module, the provider and the fault.',
  },
  CONTAINER_FAILED: {
    kind: 'FAILED_PRECONDITION',
    when: 'a constructor or factory of a provider threw while the container was built',
    remedy: 'Look at the named provider and the cause.',
  },
  TYPES_ERASED: {
    kind: 'FAILED_PRECONDITION',
    when: 'the program was compiled by a tool that drops the types of constructor parameters',
    remedy: 'Compile with `emitDecoratorMetadata` (tsc, or ts-node with swc); tsx and type stripping cannot.',
  },
  SCHEMA_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a schema, operation, parameter or field is declared in a way that cannot work',
    remedy: 'Follow the message: it names the class, the member and the fault.',
  },
  CHAIN_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a handler chain names an unknown handler, or handlers are ordered in a circle',
    remedy: 'Correct the named chain, or list the plug-in that brings the handler.',
  },
  CHAIN_PLAN_FAILED: {
    kind: 'FAILED_PRECONDITION',
    when: 'a handler could not be planned with the present configuration',
    remedy: 'Correct the sections the message names.',
  },
  ARGS_BEFORE_BIND: {
    kind: 'INTERNAL',
    when: 'a provider handler read `invocation.args` before the link `bind`',
    remedy: "Declare the handler with `after: 'bind'`.",
  },
  AMBIENT_OFF: {
    kind: 'FAILED_PRECONDITION',
    when: '`currentInvocation()` was called in an application without ambient context',
    remedy: 'Pass `ambient: true` to `createApplication`.',
  },
  PLUGIN_MISSING: {
    kind: 'FAILED_PRECONDITION',
    when: 'something needs a plug-in that is not listed',
    remedy: 'Install the named package and list its plug-in in `createApplication({ plugins })`.',
  },
  PLUGIN_CONFLICT: {
    kind: 'FAILED_PRECONDITION',
    when: 'two plug-ins declare the same name',
    remedy: 'Remove one, or declare the second with `replace: true`.',
  },
  LISTENER_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a listener is configured wrongly or a schema names one that is not configured',
    remedy: 'Correct `servicecomb.protocols.{name}` or the `listeners` of the schema.',
  },
  TLS_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a certificate, key, passphrase or authority that `ssl.*` names cannot be used, or TLS is configured in part only',
    remedy: 'Correct the named key or file; the message says what was expected there.',
  },
  LISTEN_FAILED: {
    kind: 'UNAVAILABLE',
    when: 'an address cannot be listened on',
    remedy: 'Free the port or choose another `servicecomb.protocols.{name}.listenAddress`.',
  },
  REGISTRY_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    when: 'the registry cannot be reached or written',
    remedy: 'Check `servicecomb.registry.*`; cached instances stay in use.',
  },
  NOT_REGISTERED: {
    kind: 'FAILED_PRECONDITION',
    when: 'the own instance is changed while it is not announced',
    remedy: 'Change it after the start, and only where `servicecomb.registry` announces it.',
  },
  NO_INSTANCE: {
    kind: 'UNAVAILABLE',
    when: 'no instance of the called service is known or in reach',
    remedy: 'Check that the service runs, its name and its listeners.',
  },
  NO_TRANSPORT: {
    kind: 'UNIMPLEMENTED',
    when: 'no listed plug-in speaks the protocol of the call',
    remedy: 'List the plug-in of that protocol.',
  },
  NO_CONTRACT: {
    kind: 'NOT_FOUND',
    when: 'a call by name found no stored contract of the service',
    remedy: 'Pass the contract, or use a registry that stores contracts.',
  },
  CALL_FAILED: {
    kind: 'UNAVAILABLE',
    when: 'a connection was refused, reset or lost before the reply',
    remedy: 'The instance is left out until the registry shows it alive; retry if the operation is idempotent.',
  },
  CALL_CANCELLED: {
    kind: 'CANCELLED',
    when: 'the caller gave up',
    remedy: 'Nothing: nobody waits for the answer any more.',
  },
  CALL_DEADLINE: {
    kind: 'DEADLINE_EXCEEDED',
    when: 'the time granted to the call is over',
    remedy: 'Grant more time or make the callee faster.',
  },
  LIFECYCLE_TIMEOUT: {
    kind: 'DEADLINE_EXCEEDED',
    when: 'a step of start or stop did not end in its time',
    remedy: 'Look at the named step.',
  },
  LIFECYCLE_FAILED: {
    kind: 'FAILED_PRECONDITION',
    when: 'a step of start or stop failed',
    remedy: 'Look at the named step and its cause.',
  },
} as const satisfies Record<string, ErrorCode>;

/**
 * The codes of {@link CORE_ERRORS}.
 *
 * @example
 * ```ts
 * const code: CoreErrorCode = 'NO_INSTANCE';
 * ```
 */
export type CoreErrorCode = keyof typeof CORE_ERRORS;
