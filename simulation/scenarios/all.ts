import { balance } from './balance.js';
import { breaker } from './breaker.js';
import { canary } from './canary.js';
import { faults } from './faults.js';
import { fleetSize } from './fleet-size.js';
import { limiter } from './limiter.js';
import { overload } from './overload.js';
import { retries } from './retries.js';
import { zones } from './zones.js';
import { rolling } from './rolling.js';
import type { Scenario } from './scenario.js';

/** In the order of the page. */
export const scenarios: readonly Scenario[] = [
  balance,
  fleetSize,
  faults,
  rolling,
  zones,
  retries,
  breaker,
  overload,
  limiter,
  canary,
];
