export { SslSection, type SslKeys, type SslValues } from './ssl-section.js';
export { tlsOptionsFor, type TlsOptions } from './tls-options.js';
