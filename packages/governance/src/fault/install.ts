import type { PluginHost } from '@ts-chassis/core';
import { FaultInjectionPolicy } from '../policy/fault-injection.js';
import { FaultInjectorPort } from './fault-injector.js';
import { FaultHandler } from './handler.js';
import { MarkedFaults } from './marked-faults.js';

/** Lists what injects faults. */
export function installFault(host: PluginHost): void {
  host.policy(FaultInjectionPolicy);
  host.section(FaultInjectionPolicy.section);
  host.section(MarkedFaults);
  for (const side of ['provider', 'consumer', 'method'] as const) {
    host.handler({
      name: 'fault-inject',
      side,
      make: (services) => new FaultHandler(() => services.extensions(FaultInjectorPort)),
    });
  }
}
