import type { Disposer, PluginHost } from '@ts-chassis/core';
import { GovernanceEvents } from '../events/governance-events.js';
import { CircuitBreakerPolicy, MarkedCircuitBreakers } from '../policy/circuit-breaker.js';
import { BreakerHandler } from './breaker-handler.js';
import { CircuitBreakers } from './circuit-breakers.js';
import { reportCircuits } from './circuit-reporter.js';

/** Declares what circuit breakers bring. */
export function installBreaker(host: PluginHost): void {
  host.policy(CircuitBreakerPolicy);
  host.section(CircuitBreakerPolicy.section);
  host.section(MarkedCircuitBreakers);
  host.provideFrom(CircuitBreakers, (services) => new CircuitBreakers(services.clock, services.get(GovernanceEvents)));
  for (const [side, name] of [
    ['provider', 'bizkeeper-provider'],
    ['consumer', 'bizkeeper-consumer'],
    ['method', 'bizkeeper'],
  ] as const) {
    host.handler({ name, side, make: (services) => new BreakerHandler(services) });
  }
  let stop: Disposer | undefined;
  host.onStart('circuit reporters', (services) => void (stop = reportCircuits(services)));
  host.onStop('circuit reporters', () => stop?.());
}
