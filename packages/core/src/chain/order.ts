import type { Side } from './side.js';

/** Stands in an order for the handlers of users that name no anchor. */
export const YOURS = '*yours*';

/** As {@link YOURS}, for handlers that need the arguments. */
export const YOURS_AFTER_BIND = '*yours after bind*';

type Place = readonly [name: string, why: string];

const PROVIDER: readonly Place[] = [
  ['access-log', 'sees every request and its last word, also what all others refuse'],
  ['tracing-provider', 'the span covers all that follows, refusals too'],
  ['monitoring', 'counts what was refused as well as what was served'],
  ['express', 'middleware prepares the request before anyone judges it'],
  ['traffic-marker', 'the mark decides which policies apply'],
  ['shedding', 'the cheapest refusal comes first when the process is overloaded'],
  ['rate-limiter', 'by mark: refuses before credentials cost anything'],
  ['authentication', 'names the caller for all that follow'],
  ['ratelimiter-provider', 'per caller: needs the name that was proved'],
  ['authorisation', 'decides on a proved name, within its rate'],
  ['timeout', 'grants time to work, not to be refused'],
  ['bulkhead', 'a place is taken only by who may work'],
  ['bizkeeper-provider', 'the breaker watches work, not refusals'],
  ['fault-inject', 'injected faults look like faults of the work to all above'],
  [YOURS, 'handlers of users see admitted requests only'],
  ['bind', 'the body is read and validated after admission'],
  [YOURS_AFTER_BIND, 'handlers of users that need the arguments'],
  ['call', 'the method itself'],
];

const CONSUMER: readonly Place[] = [
  ['traffic-marker', 'the mark decides which policies apply'],
  ['fallback', 'stands in for whatever failed below'],
  ['coalesce', 'equal calls share all that follows'],
  ['timeout', 'bounds all tries together'],
  ['ratelimiter-consumer', 'a call counts once, however often it is tried'],
  ['router', 'narrows the instances for all tries'],
  [YOURS, 'handlers of users see a call once'],
  ['retry', 'what follows runs once for each try'],
  ['hedge', 'a hedge is a try beside another'],
  ['try-timeout', 'bounds one try'],
  ['loadbalance', 'every try picks anew'],
  ['bulkhead', 'per picked instance'],
  ['bizkeeper-consumer', 'the breaker may be keyed by instance'],
  ['tracing-consumer', 'a span for each try'],
  ['monitoring', 'counts what really was sent'],
  ['fault-inject', 'injected faults look like those of the wire'],
  ['credentials', 'put on last, for this instance only'],
  ['send', 'the wire'],
];

const METHOD: readonly Place[] = [
  ['fallback', 'stands in for whatever failed below'],
  ['coalesce', 'equal calls share all that follows'],
  ['timeout', 'bounds all tries together'],
  ['ratelimiter', 'a call counts once, however often it is tried'],
  ['retry', 'what follows runs once for each try'],
  ['hedge', 'a hedge is a try beside another'],
  ['try-timeout', 'bounds one try'],
  ['bulkhead', 'a place for each try'],
  ['bizkeeper', 'the breaker watches tries'],
  ['fault-inject', 'injected faults look like faults of the method'],
  [YOURS, 'handlers of users stand next to the method'],
  ['invoke-method', 'the method itself'],
];

/** The one place that decides order: every known link of each side with the reason for its place. */
export const ORDER: Readonly<Record<Side, readonly Place[]>> = {
  provider: PROVIDER,
  consumer: CONSUMER,
  method: METHOD,
};

const RANKS: Readonly<Record<Side, ReadonlyMap<string, number>>> = {
  provider: ranksOf(PROVIDER),
  consumer: ranksOf(CONSUMER),
  method: ranksOf(METHOD),
};

/** The place of a link in its side's order, from 0; undefined for a name the order does not know. */
export function rankOf(side: Side, name: string): number | undefined {
  return RANKS[side].get(name);
}

/** The link that ends each side's chain; it is not a handler and cannot be left out. */
export const END: Readonly<Record<Side, string>> = { provider: 'call', consumer: 'send', method: 'invoke-method' };

/** The link of the provider side that reads and validates the arguments; it stands in every provider chain. */
export const BIND = 'bind';

function ranksOf(places: readonly Place[]): ReadonlyMap<string, number> {
  return new Map(places.map(([name], rank) => [name, rank]));
}
