export { CallsUnderWay } from './calls-under-way.js';
export type { ClientTransport } from './client-transport.js';
export type { Codec } from './codec.js';
export { isTrusted } from './is-trusted.js';
export { ListenerPort, type ListenerPortOptions } from './listener-port.js';
export type { ListenerSockets, OpenSockets, SocketTaker } from './listener-sockets.js';
export type { LocalOperations } from './local-operations.js';
export { receivedInvocation, type ReceivedCall } from './received-invocation.js';
export type { ListenerBinding, RunningServer, ServedOperation, ServerTransport } from './server-transport.js';
