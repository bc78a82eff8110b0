/** Prints, as JSON, the nanoseconds that letting a call through costs: limiter, breaker and bulkhead, each beside the libraries for it. */
import { bulkhead, circuitBreaker, handleAll, SamplingBreaker } from 'cockatiel';
import Opossum from 'opossum';
import type { Next } from '@ts-chassis/core';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { measured, type Subject } from './nanoseconds.js';
import { probe, refuses, type Scenario } from './probed-link.js';

const root = 'servicecomb.governance';
const closures = 20;

const scenarios: Readonly<Record<string, Scenario>> = {
  limiter: {
    link: 'ratelimiter-consumer',
    values: { [`${root}.rateLimit.consumer.services.users`]: { rate: 1e9, burst: 1e9 } },
  },
  breaker: { link: 'bizkeeper-consumer', values: { [`${root}.circuitBreaker.consumer.enabled`]: true } },
  bulkhead: { link: 'bulkhead', values: { [`${root}.bulkhead.consumer.concurrent`]: 100 } },
};

/** The same links where nothing may pass. */
const closed: readonly Scenario[] = [
  { link: 'ratelimiter-consumer', values: { [`${root}.rateLimit.consumer.services.users.rate`]: 0 } },
  { link: 'bizkeeper-consumer', values: { [`${root}.circuitBreaker.consumer`]: { enabled: true, forceOpen: true } } },
  { link: 'bulkhead', values: { [`${root}.bulkhead.consumer.concurrent`]: 0 } },
];

function closureAround(next: Next): Next {
  return async (invocation) => await next(invocation);
}

/** Each with settings as ours: the error ratio of ten seconds, a hundred places, a limit that nobody meets. */
function peers(last: Next): Record<string, Next> {
  const limiter = new RateLimiterMemory({ points: 1e9, duration: 1 });
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: 15_000,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 2 }),
  });
  const opossum = new Opossum(last, {
    ...{ timeout: false, rollingCountTimeout: 10_000, errorThresholdPercentage: 50, volumeThreshold: 20 },
    // ours keeps no percentiles
    rollingPercentilesEnabled: false,
  });
  const places = bulkhead(100, 100);
  return {
    'limiter rate-limiter-flexible': async (invocation) => {
      await limiter.consume('users');
      return last(invocation);
    },
    'breaker cockatiel': (invocation) => breaker.execute(() => last(invocation)),
    'breaker opossum': (invocation) => opossum.fire(invocation),
    'bulkhead cockatiel': (invocation) => places.execute(() => last(invocation)),
  };
}

async function main(): Promise<void> {
  for (const scenario of closed)
    if (!(await refuses(scenario))) throw new Error(`the link ${scenario.link} let a call through that it must refuse`);
  // a link that has nothing to do here is not there
  const { next: last, invocation } = await probe({ link: 'bulkhead' });
  const chain = Array.from({ length: closures }).reduce<Next>((next) => closureAround(next), last);
  const subjects: Subject[] = [{ name: 'closure', invocation, call: chain }];
  for (const [name, scenario] of Object.entries(scenarios)) {
    const probed = await probe(scenario);
    subjects.push({ name: `${name} ours`, invocation: probed.invocation, call: probed.next });
  }
  for (const [name, call] of Object.entries(peers(last))) subjects.push({ name, invocation, call });
  const { closure = Number.NaN, ...costs } = await measured({ name: 'none', invocation, call: last }, subjects);
  console.log(JSON.stringify({ closure: closure / closures, ...costs }));
  process.exit(0);
}

void main();
