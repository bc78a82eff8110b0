import { breaker } from './breaker.js';
import { limiter } from './limiter.js';
import { retries } from './retries.js';
import type { Scenario } from './scenario.js';

/** In the order of the page. */
export const scenarios: readonly Scenario[] = [retries, breaker, limiter];
