import { CredentialsSection, type Plugin, type RegistryContext, type Services } from '@ts-chassis/core';
import { parseAddresses } from './connection/address.js';
import { ADDRESS_KEY } from './connection/registry-connection.js';
import { ServiceCenterContracts } from './contracts/service-center-contracts.js';
import { ServiceCenterDiscovery } from './discovery/service-center-discovery.js';
import { ServiceIndex } from './discovery/service-index.js';
import { ServiceCenterRegistrar } from './registrar/service-center-registrar.js';
import { ContractsSection } from './sections/contracts.js';
import { ServiceCenterSection } from './sections/service-center.js';
import { connectServiceCenter } from './service-center/connect-service-center.js';
import type { Session } from './service-center/session.js';
import { SharedSessions } from './session/shared-sessions.js';

const TYPE = 'servicecenter';

/**
 * Apache ServiceComb's service-center as registry: `servicecomb.registry.type: servicecenter`, or an address of `http:` or `https:`. Each
 * role can be chosen by itself: `servicecomb.registry.{registrator,discovery,contractDiscovery}.type`. Roles with the same addresses have
 * one connection, one token and one service record. {@link ServiceIndex} is injectable.
 *
 * @throws ChassisError `CONFIG_INVALID`, at the start, for addresses that are none, and for names that service-center does not take
 *
 * @example
 * ```ts
 * createApplication({ modules: [CatalogModule], plugins: [rest(), serviceCenter()] });
 * ```
 */
export function serviceCenter(): Plugin {
  return {
    name: TYPE,
    install(host) {
      host.section(CredentialsSection);
      host.section(ServiceCenterSection);
      host.section(ContractsSection);
      const sessions = new SharedSessions(connectServiceCenter);
      const take = (context: RegistryContext, role: string): Session => {
        parseAddresses(context.addresses, ADDRESS_KEY);
        return sessions.take(context, `${role}.Consumer`);
      };
      host.registrar(TYPE, (context) => new ServiceCenterRegistrar(context, take(context, 'registrator')));
      host.discovery(TYPE, (context) => new ServiceCenterDiscovery(context, take(context, 'serviceDiscovery')));
      host.contractStore(
        TYPE,
        (context) => new ServiceCenterContracts({ context, session: take(context, 'contractDiscovery') }),
      );
      host.provideFrom(ServiceIndex, indexOf);
    },
  };
}

function indexOf({ discovery }: Services): ServiceIndex {
  return discovery instanceof ServiceCenterDiscovery ? discovery.index : new NoIndex();
}

/** Where other services are found by another registry. */
class NoIndex extends ServiceIndex {
  serviceAt(): undefined {
    return undefined;
  }

  servicesWith(): readonly [] {
    return [];
  }
}
