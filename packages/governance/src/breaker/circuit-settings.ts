import type { CircuitBreakerFields } from '../policy/circuit-breaker.js';

/** What the state machine goes by; which calls failed and what has a circuit is decided around it. */
export type CircuitSettings = Omit<CircuitBreakerFields, 'enabled' | 'kinds' | 'scope'>;
