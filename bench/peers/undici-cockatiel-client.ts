/** Peer of the governed client: a bare undici pool behind retry, circuit breaker and bulkhead of cockatiel. */
import { bulkhead, circuitBreaker, ExponentialBackoff, handleAll, retry, SamplingBreaker, wrap } from 'cockatiel';
import { obey } from '../harness/call-loop.js';
import { findUser } from './undici-call.js';

const policy = wrap(
  retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
  circuitBreaker(handleAll, {
    halfOpenAfter: 15_000,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 2 }),
  }),
  bulkhead(1000, 1000),
);

obey(() => policy.execute(findUser));
