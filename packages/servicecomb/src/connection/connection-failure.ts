import { coreError, tlsFailure } from '@ts-chassis/core';
import { serviceCombError } from '../codes.js';
import { InvalidAnswer } from './invalid-answer.js';
import { printable } from './printable.js';

/** What is advised to wait where the other side says nothing. */
export const RETRY_AFTER_MS = 1000;
const LONGEST_RETRY_AFTER_MS = 300_000;

/** The time of a request was over. */
export class TimedOut extends Error {
  constructor(timeoutMs: number) {
    super(`no whole answer within ${timeoutMs} ms`);
  }
}

/** An answer of 5xx, or of 429. */
export class ServerFault extends Error {
  constructor(
    message: string,
    /** Milliseconds. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(message);
  }
}

/** Why one address failed, in one line. */
export function reasonOf(error: unknown, tag: string | undefined): string {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  const tls = tag === undefined ? undefined : tlsFailure(error, tag);
  const inner = (error as AggregateError | undefined)?.errors?.[0] as Error | undefined;
  return printable(tls ?? (message || inner?.message || code || 'the connection failed'));
}

/** What a request is thrown as that no address answered. */
export function unanswered(
  doing: string,
  failures: readonly { address: string; reason: string; error: unknown }[],
): Error {
  const last = failures.at(-1)!;
  const others = failures.length > 1 ? ` (and ${failures.length - 1} more addresses)` : '';
  const message = `${last.address}${others}: ${doing}: ${last.reason}`;
  const cause = last.error;
  if (failures.every(({ error }) => error instanceof InvalidAnswer)) {
    const expected = `${last.address}${others}: ${doing}: expected JSON, got ${last.reason}`;
    const { status } = last.error as InvalidAnswer;
    return serviceCombError('REGISTRY_ANSWER_INVALID', expected, {
      cause,
      retryAfterMs: RETRY_AFTER_MS,
      ...(status !== undefined && { details: { status } }),
    });
  }
  const advised = failures.map(({ error }) => (error instanceof ServerFault ? (error.retryAfterMs ?? 0) : 0));
  const retryAfterMs = Math.max(RETRY_AFTER_MS, ...advised);
  return coreError('REGISTRY_UNAVAILABLE', message, { cause, retryAfterMs });
}

/** Milliseconds of a `Retry-After` in seconds; undefined for none, bounded. */
export function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}$/.test(header)) return undefined;
  return Math.min(Number(header) * 1000, LONGEST_RETRY_AFTER_MS);
}
