import { authorityOf, coreError, type Clock, type Disposer, type Endpoint, type TlsMaterials } from '@ts-chassis/core';
import type { Pool } from 'undici';
import { tlsConnector } from './tls-connector.js';

/** Connecting to a machine that does not answer at all is given up after this time. */
const CONNECT_MS = 5000;

/** Idle connections are closed by us before common servers close them (5 s and more), so that few requests meet a connection that is gone. */
const IDLE_MS = 4000;

/** What {@link Pools} are made of. */
export interface PoolsOptions {
  /** How many connections an endpoint may have at most. */
  connections(): number;
  readonly tls: Pick<TlsMaterials, 'client'>;
  readonly clock: Clock;
}

/** A pool, and for whom it is. */
interface Kept {
  readonly pool: Pool;
  readonly origin: string;
  /** Empty without TLS, where nothing of a connection depends on it. */
  readonly service: string;
  readonly unfollow: Disposer;
}

/** One pool of connections for each endpoint, made at its first call; with TLS for each service there, since each is known by its own name. */
export class Pools {
  /** By origin, then by service. */
  readonly #byAddress = new Map<string, Map<string, Kept>>();
  /** Endpoints come from the instance cache and stay the same objects: most calls need no key. */
  #byEndpoint = new WeakMap<Endpoint, Kept>();
  readonly #closing = new Map<Pool, Promise<void>>();
  #closed = false;
  #undici: Promise<typeof import('undici')> | undefined;

  constructor(private readonly options: PoolsOptions) {}

  /**
   * The pool of an endpoint; a promise the first time.
   *
   * @param service - who is expected there: with TLS its certificate must say so
   * @throws ChassisError `CALL_FAILED`, as a rejection, once everything was closed: a late call must not open a connection again; `TLS_INVALID`
   */
  of(endpoint: Endpoint, service: string): Pool | Promise<Pool> {
    const kept = this.#byEndpoint.get(endpoint);
    // an endpoint that was named by the caller may be said to be of several services
    return kept && (!endpoint.ssl || kept.service === service) ? kept.pool : this.#make(endpoint, service);
  }

  async #make(endpoint: Endpoint, service: string): Promise<Pool> {
    const origin = originOf(endpoint);
    const known = endpoint.ssl ? service : '';
    // Loaded when the first call is made: whoever only serves does not pay for it.
    const [{ Pool }, tls] = await Promise.all([
      (this.#undici ??= import('undici')),
      endpoint.ssl ? this.options.tls.client(service, 'rest') : undefined,
    ]);
    if (this.#closed) throw coreError('CALL_FAILED', `${origin}: the application is stopped and makes no more calls`);
    let kept = this.#byAddress.get(origin)?.get(known);
    if (!kept) {
      const { clock } = this.options;
      const pool = new Pool(origin, {
        connections: this.options.connections(),
        pipelining: 1,
        keepAliveTimeout: IDLE_MS,
        keepAliveMaxTimeout: IDLE_MS,
        // A stream may pause for as long as it likes; deadlines are the invocation's.
        bodyTimeout: 0,
        headersTimeout: 0,
        connect: tls ? tlsConnector({ tls, clock, timeoutMs: CONNECT_MS }) : { timeout: CONNECT_MS },
      });
      const unfollow = tls?.onChange(() => this.#retire(made)) ?? ((): void => {});
      const made: Kept = { pool, origin, service: known, unfollow };
      this.#keep((kept = made));
    }
    this.#byEndpoint.set(endpoint, kept);
    return kept.pool;
  }

  /** Closes the connections to an endpoint once their calls are over. */
  release(endpoint: Endpoint): void {
    for (const kept of this.#byAddress.get(originOf(endpoint))?.values() ?? []) this.#retire(kept);
  }

  /**
   * Closes everything; resolves when the calls under way are over.
   *
   * @param signal - ends them by force when it aborts
   */
  async close(signal?: AbortSignal): Promise<void> {
    this.#closed = true;
    for (const services of this.#byAddress.values()) for (const kept of services.values()) this.#retire(kept);
    const force = (): void => {
      for (const pool of this.#closing.keys()) void pool.destroy(stopped());
    };
    if (signal?.aborted) force();
    signal?.addEventListener('abort', force);
    await Promise.all(this.#closing.values());
    signal?.removeEventListener('abort', force);
  }

  #keep(kept: Kept): void {
    const services = this.#byAddress.get(kept.origin) ?? new Map<string, Kept>();
    this.#byAddress.set(kept.origin, services.set(kept.service, kept));
  }

  /** The next call makes another pool; calls under way end in this one. */
  #retire(kept: Kept): void {
    const services = this.#byAddress.get(kept.origin);
    services?.delete(kept.service);
    if (services?.size === 0) this.#byAddress.delete(kept.origin);
    kept.unfollow();
    // Other endpoint objects of the same address find the next pool by the address.
    this.#byEndpoint = new WeakMap();
    this.#close(kept.pool);
  }

  #close(pool: Pool): void {
    const closing = pool.close().then(
      () => undefined,
      () => undefined,
    );
    this.#closing.set(pool, closing);
    void closing.then(() => this.#closing.delete(pool));
  }
}

function stopped(): Error {
  return coreError('CALL_FAILED', 'the application has stopped: its time for calls under way is over');
}

function originOf(endpoint: Endpoint): string {
  return `${endpoint.ssl ? 'https' : 'http'}://${authorityOf(endpoint)}`;
}
