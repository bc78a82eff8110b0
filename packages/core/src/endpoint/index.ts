export { authorityOf, formatEndpoint, parseEndpoint, protocolOf, type Endpoint } from './endpoint.js';
export type { Instance, InstanceStatus, ServiceIdentity } from './instance.js';
export type { Listener, Trust } from './listener.js';
export type { PeerIdentity } from './peer-identity.js';
