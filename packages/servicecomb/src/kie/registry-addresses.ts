import type { RegistryRoleValues, RegistryValues } from '@ts-chassis/core';

/** The addresses of the service-center that any role of the registry uses; none where it is another registry, or there is none. */
export function registryAddresses(registry: RegistryValues): readonly string[] {
  if (registry.disabled) return [];
  const { discovery, registrator, contractDiscovery } = registry;
  const roles: readonly RegistryRoleValues[] = [
    ...(discovery.disabled ? [] : [discovery]),
    registrator,
    contractDiscovery,
  ];
  return roles.map((role) => addressesOf(role, registry)).find(({ length }) => length > 0) ?? [];
}

function addressesOf(role: RegistryRoleValues, { type, address }: RegistryValues): readonly string[] {
  const addresses = role.address.length > 0 ? role.address : address;
  const isHttp = addresses.every((one) => /^https?:/i.test(one));
  return isHttp && (role.type || type || 'servicecenter') === 'servicecenter' ? addresses : [];
}
