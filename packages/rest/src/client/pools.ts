import { authorityOf, coreError, type Endpoint } from '@ts-chassis/core';
import type { Pool } from 'undici';

/** Connecting to a machine that does not answer at all is given up after this time. */
const CONNECT_MS = 5000;

/** Idle connections are closed by us before common servers close them (5 s and more), so that few requests meet a connection that is gone. */
const IDLE_MS = 4000;

/** One pool of connections for each endpoint, made at its first call. */
export class Pools {
  readonly #byAddress = new Map<string, Pool>();
  /** Endpoints come from the instance cache and stay the same objects: most calls need no key. */
  #byEndpoint = new WeakMap<Endpoint, Pool>();
  readonly #closing = new Map<Pool, Promise<void>>();
  #closed = false;
  #undici: Promise<typeof import('undici')> | undefined;

  /** @param connections - how many connections an endpoint may have at most */
  constructor(private readonly connections: () => number) {}

  /**
   * The pool of an endpoint; a promise the first time.
   *
   * @throws ChassisError `CALL_FAILED`, as a rejection, once everything was closed: a late call must not open a connection again
   */
  of(endpoint: Endpoint): Pool | Promise<Pool> {
    return this.#byEndpoint.get(endpoint) ?? this.#make(endpoint);
  }

  async #make(endpoint: Endpoint): Promise<Pool> {
    // Loaded when the first call is made: whoever only serves does not pay for it.
    const { Pool } = await (this.#undici ??= import('undici'));
    const origin = originOf(endpoint);
    if (this.#closed) throw coreError('CALL_FAILED', `${origin}: the application is stopped and makes no more calls`);
    let pool = this.#byAddress.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        connections: this.connections(),
        pipelining: 1,
        keepAliveTimeout: IDLE_MS,
        keepAliveMaxTimeout: IDLE_MS,
        // A stream may pause for as long as it likes; deadlines are the invocation's.
        bodyTimeout: 0,
        headersTimeout: 0,
        connect: { timeout: CONNECT_MS },
      });
      this.#byAddress.set(origin, pool);
    }
    this.#byEndpoint.set(endpoint, pool);
    return pool;
  }

  /** Closes the connections to an endpoint once their calls are over. */
  release(endpoint: Endpoint): void {
    const origin = originOf(endpoint);
    const pool = this.#byAddress.get(origin);
    if (!pool) return;
    this.#byAddress.delete(origin);
    // Other endpoint objects of the same address find the next pool by the address.
    this.#byEndpoint = new WeakMap();
    this.#close(pool);
  }

  /**
   * Closes everything; resolves when the calls under way are over.
   *
   * @param signal - ends them by force when it aborts
   */
  async close(signal?: AbortSignal): Promise<void> {
    this.#closed = true;
    const pools = [...this.#byAddress.values()];
    this.#byAddress.clear();
    this.#byEndpoint = new WeakMap();
    for (const pool of pools) this.#close(pool);
    const force = (): void => {
      for (const pool of this.#closing.keys()) void pool.destroy(stopped());
    };
    if (signal?.aborted) force();
    signal?.addEventListener('abort', force);
    await Promise.all(this.#closing.values());
    signal?.removeEventListener('abort', force);
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
