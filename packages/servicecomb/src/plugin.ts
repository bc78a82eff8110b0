import { CredentialsSection, type Plugin } from '@ts-chassis/core';

/**
 * Apache ServiceComb's service-center as registry: `servicecomb.registry.type: servicecenter`, or an address of `http:` or `https:`. Each
 * role can be chosen by itself: `servicecomb.registry.{registrator,discovery,contractDiscovery}.type`.
 *
 * @example
 * ```ts
 * createApplication({ modules: [CatalogModule], plugins: [rest(), serviceCenter()] });
 * ```
 */
export function serviceCenter(): Plugin {
  return {
    name: 'servicecenter',
    install(host) {
      host.section(CredentialsSection);
    },
  };
}
