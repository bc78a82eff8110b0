export { builtInRegistries } from './built-in-registries.js';
export { CacheDiscovery, type CacheDiscoveryOptions } from './cache-discovery.js';
export { chooseRegistry, type ChosenRole, type RegistryChoice, type RegistrySettings } from './choose-registry.js';
export { compareVersions } from './local/compare-versions.js';
export type { RegistryContext, RegistryFactories, RegistryFactory } from './factories.js';
export { InstanceCache, type InstanceCacheOptions, type InstanceEvent } from './instance-cache.js';
export { OwnInstance, type InstanceUpdate } from './own-instance.js';
export type { ContractStore, Discovery, InstanceChange, Registrar, Registration, ServiceQuery } from './ports.js';
