export { receivedArguments, receivedFailure, receivedReply } from './as-received.js';
export type { Client } from './client.js';
export { clientOf, withOptions, type ClientTarget } from './client-proxy.js';
export { TargetListener, type CallOptions } from './call-options.js';
export type { CallTarget } from './call-target.js';
export { Consumer, type ConsumerOptions } from './consumer.js';
export { Invoker } from './invoker.js';
export { Suspects } from './suspects.js';
export { Remote, type RemoteOptions } from './remote.js';
