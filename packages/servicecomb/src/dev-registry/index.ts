export type { InstanceRecord, ServiceRecord } from '../wire/records.js';
export type { DevRegistryAccount } from './access/tokens.js';
export { startDevRegistry, type DevRegistry, type DevRegistryOptions } from './start-dev-registry.js';
