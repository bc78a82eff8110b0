import type { Random } from '@ts-chassis/core';
import type { AbortFault, DelayFault, FaultInjectionFields } from '../policy/fault-fields.js';

/**
 * What is to be injected into calls over one protocol.
 *
 * @example
 * ```ts
 * const fault: Fault = { delay: { percent: 20, fixedDelayMs: 300 }, abort: { percent: 0 } };
 * ```
 */
export interface Fault {
  readonly delay: DelayFault;
  readonly abort: AbortFault;
}

/** The faults for one protocol: its own fields over those for any. Undefined when no call can be hit. */
export function faultFor(fields: FaultInjectionFields, protocol: string): Fault | undefined {
  if (!fields.enabled) return undefined;
  const own = Object.hasOwn(fields.protocols, protocol) ? fields.protocols[protocol] : undefined;
  const fault = { delay: { ...fields.delay, ...own?.delay }, abort: { ...fields.abort, ...own?.abort } };
  return (fault.delay.percent ?? 0) > 0 || (fault.abort.percent ?? 0) > 0 ? fault : undefined;
}

/** What happens to one call. */
export interface Drawn {
  /** 0 for none. */
  readonly delayMs: number;
  readonly aborts: boolean;
}

/** Draws for one call; delay and end are drawn apart, so that both percentages hold whatever the other is. */
export function drawFault({ delay, abort }: Fault, random: Random): Drawn {
  const delayMs = hit(delay.percent, random) ? (delay.fixedDelayMs ?? 0) : 0;
  return { delayMs, aborts: hit(abort.percent, random) };
}

function hit(percent: number | undefined, random: Random): boolean {
  return percent !== undefined && percent > 0 && random.next() * 100 < percent;
}
