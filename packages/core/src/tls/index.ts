export { tlsOptionsFor, type TlsOptions } from './tls-options.js';
