export { seededRandom, VirtualClock } from '@ts-chassis/core';
export { limitStoreConformance, type LimitStoreSubject } from './limits/limit-store-conformance.js';
export { memory, type MemoryOptions } from './memory.js';
export { MemoryNetwork, type MemoryServer } from './memory-network.js';
export { memoryRegistry, MemoryRegistry } from './registry/memory-registry.js';
export { registryConformance, type ConformanceOptions } from './registry/registry-conformance.js';
export type { RegistryAbility, RegistrySubject, TestRunner } from './registry/registry-subject.js';
export { TestApplication, TestApplicationBuilder, type FakeRemoteOptions } from './test-application.js';
