import type { SecureContextOptions } from 'node:tls';
import { authoritiesOf, type Material } from './read-material.js';
import type { KeyPair } from './read-key-pairs.js';
import type { TlsOptions } from './tls-options.js';

/** All suites of TLS 1.3 that are safe; Node would leave that version out, were none of them named. */
const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** What of the options and their files is the same for servers and clients. */
export function secureOptions(
  options: TlsOptions,
  material: Material,
  pairs: readonly KeyPair[],
): SecureContextOptions {
  return {
    ...authoritiesOf(material),
    ...(pairs.length > 0 && {
      cert: pairs.map(({ certificates }) => certificates.pem),
      key: pairs.map(({ key }) => key),
    }),
    minVersion: options.minVersion,
    maxVersion: 'TLSv1.3',
    ciphers: [...TLS13_SUITES, ...options.cipherSuites].join(':'),
  };
}

/** One pair of each type of key, the first of each: a connection has room for no more. */
export function onePerType(pairs: readonly KeyPair[]): readonly KeyPair[] {
  return pairs.filter(({ type }, at) => pairs.findIndex((other) => other.type === type) === at);
}
