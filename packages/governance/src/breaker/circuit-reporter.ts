import { port, type Disposer, type Services } from '@ts-chassis/core';
import { CircuitBreakers } from './circuit-breakers.js';
import type { CircuitSnapshot } from './named-circuit.js';

/** go-chassis's interval. */
const EVERY_MS = 10_000;

/**
 * Is told of all circuits every ten seconds, as go-chassis's `InstallReporter` has it.
 *
 * @example
 * ```ts
 * const reporter: CircuitReporter = { report: (circuits) => console.log(circuits.length) };
 * ```
 */
export interface CircuitReporter {
  /** What it throws, or rejects with, is logged. */
  report(circuits: readonly CircuitSnapshot[]): void | Promise<void>;
}

/**
 * Where plug-ins put reporters of circuits.
 *
 * @example
 * ```ts
 * const plugin: Plugin = {
 *   name: 'circuits to log',
 *   install(host) { host.extend(CircuitReporterPort, 'log', ({ logger }) => ({ report: (circuits) => logger.info('circuits', { circuits }) })); },
 * };
 * ```
 */
export const CircuitReporterPort = port<CircuitReporter>('circuit reporter');

/** Tells the reporters until it is disposed; without any it does nothing. */
export function reportCircuits(services: Services): Disposer {
  const reporters = services.extensions(CircuitReporterPort);
  if (reporters.size === 0) return () => undefined;
  const { clock } = services;
  const breakers = services.get(CircuitBreakers);
  const tick = (): void => {
    stop = clock.after(EVERY_MS, tick);
    const circuits = breakers.list();
    for (const [name, reporter] of reporters) void tell(name, reporter, { circuits, services });
  };
  let stop = clock.after(EVERY_MS, tick);
  return () => stop();
}

async function tell(
  name: string,
  reporter: CircuitReporter,
  { circuits, services }: { readonly circuits: readonly CircuitSnapshot[]; readonly services: Services },
): Promise<void> {
  try {
    await reporter.report(circuits);
  } catch (error) {
    services.logger.error('a reporter of circuits failed', { reporter: name, error });
  }
}
