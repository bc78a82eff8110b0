import { exponential } from './sampler.js';
import type { Simulation } from './simulation.js';

export interface ArrivalOptions {
  /** Which stream of chance; two sources of one name would draw the same times. */
  readonly name: string;
  /** How many a second, all in all; a function where it changes with time (asked at each arrival). */
  readonly perSecond: number | (() => number);
  readonly untilMs: number;
}

/** Calls of many independent users: they come whether or not earlier ones were answered (an open loop, Poisson). */
export function arrivals(simulation: Simulation, options: ArrivalOptions, arrive: () => void): void {
  const random = simulation.random(`arrivals ${options.name}`);
  const one = exponential(1);
  const { perSecond } = options;
  const next = (): void => {
    const rate = typeof perSecond === 'number' ? perSecond : perSecond();
    const ms = (1000 * one(random)) / rate;
    if (simulation.elapsed() + ms <= options.untilMs) simulation.events.after(ms, happen);
  };
  const happen = (): void => {
    arrive();
    next();
  };
  next();
}
