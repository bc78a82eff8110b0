import { port, type Clock, type Invocation, type Random, type Side } from '@ts-chassis/core';
import type { Fault } from './algorithm.js';

/**
 * What an injector works with.
 *
 * @example
 * ```ts
 * const delay = ({ clock }: FaultTools) => clock.sleep(100);
 * ```
 */
export interface FaultTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly side: Side;
}

/**
 * Injects faults into the calls over one protocol, in place of the built-in way. Called for every call that a percentage above 0 is
 * configured for; it draws by itself, waits to delay, and throws to end the call.
 *
 * @example
 * ```ts
 * const injector: FaultInjector = {
 *   async inject({ delay }, invocation, { clock, random }) {
 *     if (random.next() * 100 < (delay.percent ?? 0)) await clock.sleep(delay.fixedDelayMs ?? 0, invocation.signal);
 *   },
 * };
 * ```
 */
export interface FaultInjector {
  inject(fault: Fault, invocation: Invocation, tools: FaultTools): void | Promise<void>;
}

/**
 * Where plug-ins put injectors, by protocol (`fault.InstallFaultInjectionPlugin` of go-chassis).
 *
 * @example
 * ```ts
 * host.extend(FaultInjectorPort, 'dubbo', () => new DubboFaults());
 * ```
 */
export const FaultInjectorPort = port<FaultInjector>('fault injector');
