import type { ClientTls, Clock, Disposer } from '@ts-chassis/core';
import type { LookupFunction } from 'node:net';
import type { buildConnector, Pool } from 'undici';
import type { Address } from './address.js';
import { dialAddress } from './dial-address.js';
import { exchange, type Exchanged, type Exchange } from './exchange.js';

/** Idle connections are closed by us before common servers close them, so that few requests meet a connection that is gone. */
const IDLE_MS = 4000;

/** Requests to one address that are under way at once; long polls are some of them. */
const CONNECTIONS = 16;

/** How a kept connection fails that the other side had closed before the request reached it. */
const STALE: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'UND_ERR_CLOSED']);

/** What an {@link AddressClient} needs. */
export interface AddressClientOptions {
  /** Of undici. */
  readonly Pool: typeof Pool;
  readonly clock: Clock;
  readonly tls: ClientTls | undefined;
  readonly connectMs: number;
  readonly lookup: LookupFunction;
}

/** The kept connections to one address. New certificates make new connections; requests under way end on the old ones. */
export class AddressClient {
  readonly #options: AddressClientOptions;
  readonly #unfollow: Disposer | undefined;
  readonly #retiring = new Set<Pool>();
  #pool: Pool | undefined;
  /** Whether a request was answered over the present pool: a connection of it may be stale. */
  #isUsed = false;

  constructor(
    readonly address: Address,
    options: AddressClientOptions,
  ) {
    this.#options = options;
    this.#unfollow = options.tls?.onChange(() => this.#retire());
  }

  /**
   * One request and its answer, read as a whole. Sent once more over a new connection, when a kept one turns out to be gone: what is asked of
   * a control plane may be asked twice.
   *
   * @throws whatever undici and Node say, and the reason of the signal
   */
  async exchange(request: Exchange): Promise<Exchanged> {
    const mayBeStale = this.#isUsed;
    try {
      return await this.#exchanged(request);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!mayBeStale || !STALE.has(code) || request.signal.aborted) throw error;
      return await this.#exchanged(request);
    }
  }

  /** Ends everything at once. */
  close(): Promise<void> {
    this.#unfollow?.();
    const pools = [...this.#retiring, ...(this.#pool ? [this.#pool] : [])];
    this.#pool = undefined;
    return Promise.all(pools.map((pool) => pool.destroy())).then(() => undefined);
  }

  async #exchanged(request: Exchange): Promise<Exchanged> {
    const pool = (this.#pool ??= this.#open());
    const exchanged = await exchange(pool, request);
    this.#isUsed = true;
    return exchanged;
  }

  #open(): Pool {
    this.#isUsed = false;
    return new this.#options.Pool(this.address.origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      // the time of a request is that of the application's clock
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_, callback) => {
        try {
          this.#connect(callback);
        } catch (error) {
          callback(error as Error, null);
        }
      },
    });
  }

  #connect(callback: buildConnector.Callback): void {
    const { clock, tls, connectMs: timeoutMs, lookup } = this.#options;
    let isOver = false;
    const socket = dialAddress(this.address, { clock, tls, timeoutMs, lookup }, () => {
      isOver = true;
      callback(null, socket);
    });
    const fail = (error: Error): void => {
      if (isOver) return;
      isOver = true;
      callback(error, null);
    };
    socket.on('error', fail);
    socket.once('close', () => fail(new Error('the connection was closed before it was agreed on')));
  }

  #retire(): void {
    const pool = this.#pool;
    if (!pool) return;
    this.#pool = undefined;
    this.#retiring.add(pool);
    const forget = (): void => void this.#retiring.delete(pool);
    pool.close().then(forget, forget);
  }
}
