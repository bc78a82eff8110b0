import type { ExplainedChain } from '../chain/explained-chain.js';
import type { ConfigEntry } from '../config/config-entries.js';
import type { Listener } from '../endpoint/listener.js';
import type { ServiceIdentity } from '../endpoint/instance.js';

/**
 * A listener as it is configured; the port is 0 where any free one will do.
 *
 * @example
 * ```ts
 * const [{ name, listen }] = app.inspect().listeners;
 * ```
 */
export type InspectedListener = Pick<Listener, 'name' | 'protocol' | 'listen' | 'trust'>;

/**
 * One operation on one listener.
 *
 * @example
 * ```ts
 * const route: InspectedRoute = { listener: 'rest', operation: 'catalog.find', method: 'GET', path: '/books/{isbn}', own: false };
 * ```
 */
export interface InspectedRoute {
  readonly listener: string;
  /** As in `Operation.id`. */
  readonly operation: string;
  /** Absent for an operation without REST. */
  readonly method?: string;
  readonly path?: string;
  /** Absent for an operation without RPC: `{service}/{method}`. */
  readonly rpc?: string;
  /** Whether it is one of the framework's own endpoints, such as `/healthz`. */
  readonly own: boolean;
}

/**
 * What an application is made of, as plain data.
 *
 * @example
 * ```ts
 * await app.prepare();
 * const { routes } = app.inspect();
 * ```
 */
export interface Inspection {
  readonly service: ServiceIdentity;
  readonly listeners: readonly InspectedListener[];
  /** In the order of listeners and declarations. */
  readonly routes: readonly InspectedRoute[];
  /** All chains that are planned: of every operation served, of every injected client, of every decorated method. */
  readonly chains: readonly ExplainedChain[];
  /** By key; values of secret names are `[redacted]`. */
  readonly configuration: readonly ConfigEntry[];
}

/**
 * Which document is asked for.
 *
 * @example
 * ```ts
 * const options: DocumentOptions = { version: '2', listener: 'rest' };
 * ```
 */
export interface DocumentOptions {
  /** OpenAPI 2.0 or 3.1; default `3.1`. */
  readonly version?: '2' | '3.1';
  /** Only what this listener serves; default everything. */
  readonly listener?: string;
}
