import type { Clock, Invocation, Next, Reply } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import type { GovernanceEvents } from '../events/governance-events.js';
import type { Limiter } from './limiter.js';

/** Lets calls past a limiter, and refuses them. */
export class Admission {
  constructor(
    private readonly clock: Clock,
    private readonly events: GovernanceEvents,
  ) {}

  /** The link that every call of an operation passes. */
  link(limiter: Limiter, next: Next): Next {
    return (invocation) => this.pass(limiter, invocation, next);
  }

  pass(limiter: Limiter, invocation: Invocation, next: Next): Promise<Reply> {
    let wait: number | Promise<number>;
    try {
      wait = limiter.take(invocation, this.clock.elapsed());
    } catch (error) {
      // a key function of the user's
      return Promise.reject(error as Error);
    }
    if (wait === 0) return next(invocation);
    return this.#later(wait, { limiter, invocation, next });
  }

  async #later(
    answer: number | Promise<number>,
    { limiter, invocation, next }: { limiter: Limiter; invocation: Invocation; next: Next },
  ): Promise<Reply> {
    const wait = typeof answer === 'number' ? answer : await answer;
    if (wait < 0) throw this.#refusal(limiter, invocation, -wait);
    if (wait > 0) await this.clock.sleep(wait, invocation.signal);
    return next(invocation);
  }

  #refusal({ name }: Limiter, { operation, service }: Invocation, waitMs: number): Error {
    this.events.emit('rejected', { service, operation: operation.id, by: 'limiter', name });
    const retryAfterMs = Number.isFinite(waitMs) ? Math.ceil(waitMs) : undefined;
    return governanceError('RATE_LIMITED', `${operation.id}: too many requests for the limit of ${name}`, {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
}
