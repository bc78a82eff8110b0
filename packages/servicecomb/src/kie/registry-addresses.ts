import type { RegistryValues } from '@ts-chassis/core';

/** The addresses of the service-center that services are found at; none where the registry is another one, or there is none. */
export function registryAddresses({ disabled, type, address, discovery }: RegistryValues): readonly string[] {
  if (disabled) return [];
  const addresses = discovery.address.length > 0 ? discovery.address : address;
  const isHttp = addresses.length > 0 && addresses.every((one) => /^https?:/i.test(one));
  const chosen = discovery.type || type || 'servicecenter';
  return isHttp && chosen === 'servicecenter' ? addresses : [];
}
