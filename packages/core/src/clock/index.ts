export { BackOff, type BackOffOptions } from './back-off.js';
export type { Clock, Disposer } from './clock.js';
export { seededRandom, systemRandom, type Random } from './random.js';
export { systemClock } from './system-clock.js';
export { VirtualClock } from './virtual-clock.js';
