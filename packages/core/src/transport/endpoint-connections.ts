import { authorityOf, type Endpoint } from '../endpoint/endpoint.js';
import { coreError } from '../errors/core-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Reply } from '../invocation/reply.js';
import type { Operation } from '../schema/operation.js';
import type { ClientTransport } from './client-transport.js';

/**
 * A connection that several calls share, as {@link EndpointConnections} keeps it.
 *
 * @example
 * ```ts
 * class Line implements SharedConnection {
 *   closed = once(this.socket, 'close');
 *   send(invocation: Invocation) { return this.ask(invocation); }
 *   end() { this.ending = true; }
 *   destroy() { this.socket.destroy(); }
 * }
 * ```
 */
export interface SharedConnection {
  /** As `ClientTransport.send`. */
  send(invocation: Invocation): Promise<Reply>;
  /** Resolves when it is no more; no further call gets it. */
  readonly closed: Promise<unknown>;
  /** Gets no further calls and closes after the last one. */
  end(): void;
  destroy(): void;
}

/**
 * The client side of a protocol whose connections are shared by calls: one for each endpoint and called service, opened at the first call.
 *
 * @param options - `speaks` as of `ClientTransport`; `open` makes a connection for a call, and gets what takes it out of use: the other side
 *   wants no more calls, or it was idle for long
 *
 * @example
 * ```ts
 * const client = new EndpointConnections('talk', {
 *   open: async (invocation, retire) => new Line(await dial(invocation, options), retire),
 * });
 * host.clientTransport('talk', () => client);
 * ```
 */
export class EndpointConnections<C extends SharedConnection> implements ClientTransport {
  readonly protocol: string;
  readonly #options: EndpointConnectionsOptions<C>;
  readonly #byKey = new Map<string, Kept<C>>();
  /** Those that are told to end, until they have. */
  readonly #ending = new Set<C>();
  readonly #retire = (connection: C): void => this.#end(connection);
  #closed = false;

  constructor(protocol: string, options: EndpointConnectionsOptions<C>) {
    this.protocol = protocol;
    this.#options = options;
  }

  speaks(operation: Operation): boolean {
    return this.#options.speaks?.(operation) ?? true;
  }

  /** Calls made while a connection is opened share it; `CALL_FAILED` once `close` was called. */
  send(invocation: Invocation): Promise<Reply> {
    const { endpoint, service } = invocation;
    const address = endpoint ? authorityOf(endpoint) : '';
    const key = `${service} ${endpoint?.ssl ? 'tls' : 'plain'} ${address}`;
    const kept = this.#byKey.get(key) ?? this.#opened(key, address, invocation);
    return kept.ready ? kept.ready.send(invocation) : kept.opening.then((connection) => connection.send(invocation));
  }

  /** The next call opens another connection; this one closes after its calls. */
  #end(connection: C): void {
    for (const [key, { ready }] of this.#byKey) if (ready === connection) this.#byKey.delete(key);
    if (this.#ending.has(connection)) return;
    this.#ending.add(connection);
    void connection.closed.then(() => this.#ending.delete(connection));
    connection.end();
  }

  release(endpoint: Endpoint): void {
    const released = authorityOf(endpoint);
    for (const [key, kept] of this.#byKey) {
      if (kept.address !== released) continue;
      this.#byKey.delete(key);
      void kept.opening.then((connection) => this.#end(connection)).catch(() => undefined);
    }
  }

  async close(signal: AbortSignal): Promise<void> {
    this.#closed = true;
    const opening = [...this.#byKey.values()].map((kept) => kept.opening.catch(() => undefined));
    for (const connection of await Promise.all(opening)) if (connection) this.#end(connection);
    const force = (): void => {
      for (const connection of this.#ending) connection.destroy();
    };
    if (signal.aborted) force();
    signal.addEventListener('abort', force);
    await Promise.all([...this.#ending].map(({ closed }) => closed));
    signal.removeEventListener('abort', force);
  }

  #opened(key: string, address: string, invocation: Invocation): Kept<C> {
    const message = `${invocation.operation.id}: the application is stopped and makes no more calls`;
    const opening = this.#closed
      ? Promise.reject(coreError('CALL_FAILED', message))
      : this.#options.open(invocation, this.#retire);
    const kept: Kept<C> = { address, opening, ready: undefined };
    this.#byKey.set(key, kept);
    const forget = (): void => {
      if (this.#byKey.get(key) === kept) this.#byKey.delete(key);
    };
    opening.then((connection) => {
      kept.ready = connection;
      void connection.closed.then(forget);
    }, forget);
    return kept;
  }
}

/**
 * What {@link EndpointConnections} is made of.
 *
 * @example
 * ```ts
 * const options: EndpointConnectionsOptions<Line> = { speaks: isMessage, open: async (invocation) => new Line(await dial(invocation, dialOptions)) };
 * ```
 */
export interface EndpointConnectionsOptions<C extends SharedConnection> {
  /** Default: any operation can be called. */
  speaks?(operation: Operation): boolean;
  open(invocation: Invocation, retire: (connection: C) => void): Promise<C>;
}

interface Kept<C> {
  readonly address: string;
  readonly opening: Promise<C>;
  /** The connection itself once it is there: most calls wait for nothing. */
  ready: C | undefined;
}
