export { peerOf } from './peer-of.js';
export { tlsFailure } from './tls-failure.js';
export type { ClientTls, ServerTls, TlsMaterials } from './tls-material.js';
export { tlsOptionsFor, type TlsOptions } from './tls-options.js';
