import { ChassisError, type Invocation } from '@ts-chassis/core';
import type { IsFailure } from '../outcome/is-failure.js';
import type { RetryFields } from '../policy/retry.js';
import { isOwnRefusal } from './is-own-refusal.js';
import { wasNotSent } from './was-not-sent.js';

/** A retry policy, made ready for calls of one operation. */
export class RetryRules {
  /** Tries at most. */
  readonly limit: number;
  readonly sameInstance: number;
  readonly #statuses: ReadonlySet<number>;

  /**
   * @param judge - says of which failures the policy speaks
   * @param harmless - whether the operation may be run twice
   */
  constructor(
    readonly fields: RetryFields,
    private readonly judge: IsFailure,
    private readonly harmless: boolean,
  ) {
    this.limit = limitOf(fields);
    this.sameInstance = fields.retryOnSame ?? 0;
    this.#statuses = new Set(fields.statuses);
  }

  /** Whether another try may mend a failure, and does no harm. */
  mends(error: unknown, invocation: Invocation): error is ChassisError {
    if (!ChassisError.is(error) || error.kind === 'CANCELLED') return false;
    if (isOwnRefusal(error)) return this.fields.rejections;
    if (!this.judge(error, invocation) && !this.#hasStatus(error)) return false;
    return this.harmless || !this.fields.onlyIdempotent || wasNotSent(error);
  }

  #hasStatus({ reply }: ChassisError): boolean {
    if (this.#statuses.size === 0) return false;
    const { status } = (reply ?? {}) as { readonly status?: number };
    return status !== undefined && this.#statuses.has(status);
  }
}

/** Tries that a policy asks for; 1 for none but the first. */
export function limitOf({ enabled, attempts, retryOnSame = 0, retryOnNext = 0 }: RetryFields): number {
  if (!(enabled ?? attempts !== undefined)) return 1;
  return attempts ?? (retryOnSame + 1) * (retryOnNext + 1);
}
