import { coreError } from '../errors/core-error.js';

/**
 * Where one listener of one instance is reached.
 *
 * @example
 * ```ts
 * const endpoint: Endpoint = { listener: 'rest-admin', host: '10.0.0.1', port: 8081, ssl: false };
 * ```
 */
export interface Endpoint {
  /** The protocol server name: `rest`, `rest-admin`, `grpc`. */
  readonly listener: string;
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken (`sslEnabled=true` on the wire). */
  readonly ssl: boolean;
}

/**
 * The protocol of a listener's name: what stands before the hyphen.
 *
 * @example
 * ```ts
 * protocolOf('rest-admin'); // 'rest'
 * ```
 */
export function protocolOf(listener: string): string {
  const hyphen = listener.indexOf('-');
  return hyphen < 0 ? listener : listener.slice(0, hyphen);
}

/**
 * Reads the registry's form `{listener}://{host}:{port}[?sslEnabled=true]`.
 *
 * @throws ChassisError `LISTENER_INVALID` when the text is none
 *
 * @example
 * ```ts
 * parseEndpoint('rest://[::1]:8080?sslEnabled=true');
 * ```
 */
export function parseEndpoint(text: string): Endpoint {
  const parts = /^([A-Za-z][\w-]*):\/\/(\[[0-9A-Fa-f:.%]+\]|[^\s:/?#[\]]+):(\d{1,5})\/?(\?.*)?$/.exec(text);
  const port = Number(parts?.[3]);
  if (!parts?.[1] || !parts[2] || port > 65535) {
    throw coreError('LISTENER_INVALID', `endpoint: expected {listener}://{host}:{port}, got ${JSON.stringify(text)}`);
  }
  return {
    listener: parts[1],
    host: parts[2].replace(/^\[|\]$/g, ''),
    port,
    ssl: new URLSearchParams(parts[4] ?? '').get('sslEnabled') === 'true',
  };
}

/**
 * Writes the registry's form, the inverse of {@link parseEndpoint}.
 *
 * @example
 * ```ts
 * formatEndpoint({ listener: 'rest', host: '::1', port: 8080, ssl: true }); // 'rest://[::1]:8080?sslEnabled=true'
 * ```
 */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${endpoint.listener}://${authorityOf(endpoint)}${endpoint.ssl ? '?sslEnabled=true' : ''}`;
}

/**
 * `host:port` as a URL wants it.
 *
 * @example
 * ```ts
 * authorityOf({ host: '::1', port: 80 }); // '[::1]:80'
 * ```
 */
export function authorityOf(address: { readonly host: string; readonly port: number }): string {
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
