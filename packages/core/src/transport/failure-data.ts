import { ChassisError } from '../errors/chassis-error.js';
import { ERROR_KINDS, type ErrorKind } from '../errors/error-kind.js';
import { throughJson } from './json-form.js';

/**
 * A failure as a message holds it: plain data that any codec writes.
 *
 * @example
 * ```ts
 * const data: FailureData = { kind: 'NOT_FOUND', code: 'NOT_FOUND', message: 'no book 42' };
 * ```
 */
export interface FailureData {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number;
}

/** What speaks of the inside: callers are told that it happened, the log of the provider tells what. */
const HIDDEN: ReadonlySet<ErrorKind> = new Set(['INTERNAL', 'UNKNOWN', 'DATA_LOSS']);

/**
 * What a caller is told of a failure: kind, code, message, details and when to try again. Nothing but its kind of one that speaks of the inside
 * (`INTERNAL`, `UNKNOWN`, `DATA_LOSS`, whatever is no `ChassisError`); never a cause or a stack.
 *
 * @param error - whatever was thrown
 *
 * @example
 * ```ts
 * served.runner.run(invocation).catch((error: unknown) => send(codec.encode(failureToData(error))));
 * ```
 */
export function failureToData(error: unknown): FailureData {
  const { kind, code, message, details, retryAfterMs } = ChassisError.from(error);
  if (HIDDEN.has(kind)) return { kind, code: kind, message: 'internal error' };
  const plain = details && plainDetails(details);
  return { kind, code, message, ...(plain && { details: plain }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/**
 * A failure as the consumer receives it: `remote`, without a stack. The other half of {@link failureToData}; data of the wrong form is a
 * failure too, of the kind `UNKNOWN`.
 *
 * @param data - whatever was received
 * @param cause - what stands behind it, when that is at hand
 *
 * @example
 * ```ts
 * call.reject(failureFromData(codec.decode(body)));
 * ```
 */
export function failureFromData(data: unknown, cause?: unknown): ChassisError {
  const { kind, code, message, details, retryAfterMs } = asRecord(data) ?? {};
  const known = ERROR_KINDS.find((candidate) => candidate === kind) ?? 'UNKNOWN';
  const plain = asRecord(details);
  return ChassisError.withoutStack(known, typeof message === 'string' ? message : 'failed without a word why', {
    cause,
    remote: true,
    ...(typeof code === 'string' && code !== '' && { code }),
    ...(plain && { details: plain }),
    ...(typeof retryAfterMs === 'number' && retryAfterMs >= 0 && { retryAfterMs }),
  });
}

/** Details that no JSON can hold are left out. */
function plainDetails(details: object): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(throughJson(details));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
