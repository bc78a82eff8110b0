import type { ErrorKind } from './error-kind.js';

/** Survives two copies of this package in one process: `instanceof` would not. */
const BRAND = Symbol.for('ts-chassis.error');

/**
 * What a {@link ChassisError} carries besides its kind and message.
 *
 * @example
 * ```ts
 * throw new ChassisError('UNAVAILABLE', 'stock is being counted', { retryAfterMs: 2000 });
 * ```
 */
export interface ChassisErrorOptions {
  /** Stable code of `docs/errors.md` or of the user's own, e.g. `CONFIG_INVALID`; default: the kind. */
  readonly code?: string;
  /** Shown to the caller: plain data, never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What caused it; logged, never shown to a remote caller. */
  readonly cause?: unknown;
  /** How long the caller should wait before it tries again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** True when another service answered with this failure. */
  readonly remote?: boolean;
  /** The protocol's own reply behind a remote failure, body unread. */
  readonly reply?: unknown;
}

/**
 * The one error of the framework: a failure with a kind that every protocol knows how to say.
 *
 * @example
 * ```ts
 * throw new ChassisError('NOT_FOUND', 'no book 42', { details: { isbn: '42' } });
 * ```
 */
export class ChassisError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterMs: number | undefined;
  readonly remote: boolean;
  readonly reply: unknown;

  constructor(kind: ErrorKind, message: string, options: ChassisErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ChassisError';
    this.kind = kind;
    this.code = options.code ?? kind;
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
    this.remote = options.remote ?? false;
    this.reply = options.reply;
  }

  /** Whether a value is a `ChassisError` of this or of another copy of the package. */
  static is(value: unknown): value is ChassisError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /**
   * A failure that happens too often to pay for its stack: refusals by limits, remote replies.
   */
  static withoutStack(kind: ErrorKind, message: string, options?: ChassisErrorOptions): ChassisError {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return new ChassisError(kind, message, options);
    } finally {
      Error.stackTraceLimit = limit;
    }
  }

  /** The value itself when it is a `ChassisError`; else an `INTERNAL` one that hides it behind its cause. */
  static from(value: unknown): ChassisError {
    if (ChassisError.is(value)) return value;
    return new ChassisError('INTERNAL', 'internal error', { cause: value });
  }
}

Object.defineProperty(ChassisError.prototype, BRAND, { value: true });
