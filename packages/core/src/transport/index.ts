export type { ClientTransport } from './client-transport.js';
export type { LocalOperations } from './local-operations.js';
export type { ListenerBinding, RunningServer, ServedOperation, ServerTransport } from './server-transport.js';
