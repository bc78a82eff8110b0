import { ChassisError, type Invocation, type InvocationSource, type Operation } from '@ts-chassis/core';
import { FAILURE_KINDS } from '../../packages/governance/src/outcome/is-failure.js';
import { KnownNames } from '../../packages/governance/src/load-balance/known-names.js';
import { SessionStickinessStrategy } from '../../packages/governance/src/load-balance/strategies/session-stickiness.js';
import { StrategyPort, type StrategyFactory } from '../../packages/governance/src/load-balance/strategy.js';
import type { Outcome } from './server.js';

/** The one operation that is called. */
export const operation: Operation = {
  id: 'work.do',
  schema: { id: 'work', basePath: '/' },
  name: 'do',
  member: 'do',
  parameters: [],
  result: {},
  http: { method: 'GET', path: '/' },
  read: () => undefined,
} as unknown as Operation;

export const source: InvocationSource = { service: 'caller', protocol: '', trusted: true };

/** Errors as a consumer sees them; one object of each, as a stack for each failure would be most of the work. */
const errors: Readonly<Record<Exclude<Outcome, 'ok'>, ChassisError>> = {
  error: new ChassisError('UNAVAILABLE', 'it failed', { code: 'UNAVAILABLE', remote: true }),
  refused: new ChassisError('UNAVAILABLE', 'connection refused', { code: 'CALL_FAILED' }),
  shed: new ChassisError('UNAVAILABLE', 'it is overloaded', { code: 'OVERLOADED', remote: true }),
  full: new ChassisError('UNAVAILABLE', 'its queue is full', { code: 'BULKHEAD_FULL', remote: true }),
  timeout: new ChassisError('DEADLINE_EXCEEDED', 'too late', { code: 'DEADLINE_EXCEEDED' }),
};
const outcomes = new Map<unknown, Outcome>(
  Object.entries(errors).map(([outcome, error]) => [error, outcome as Outcome]),
);

export function errorOf(outcome: Exclude<Outcome, 'ok'>): ChassisError {
  return errors[outcome];
}

/**
 * What an error stood for.
 *
 * @throws the error itself when no server made it, but for the balancer's that there is nobody to call
 */
export function outcomeOf(error: unknown): Outcome {
  const outcome = outcomes.get(error);
  if (outcome !== undefined) return outcome;
  if (ChassisError.is(error) && error.code === 'NO_INSTANCE') return 'refused';
  throw error;
}

const failureKinds: ReadonlySet<string> = new Set(FAILURE_KINDS);

/** The judgement of a consumer with nothing configured. */
export function isFailure(error: unknown, _invocation: Invocation): boolean {
  return ChassisError.is(error) && failureKinds.has(error.kind);
}

/** The built-in strategies; ids of sessions are counted, as drawn ones would differ from run to run. */
export function knownNames(): KnownNames {
  let ids = 0;
  const sticky: StrategyFactory = ({ random }) =>
    new SessionStickinessStrategy(random, () => `session-of-ours-${ids++}`);
  const extensions = (asked: unknown): ReadonlyMap<string, unknown> =>
    new Map(asked === StrategyPort ? [['SessionStickiness', sticky]] : []);
  return new KnownNames({ extensions } as ConstructorParameters<typeof KnownNames>[0]);
}
