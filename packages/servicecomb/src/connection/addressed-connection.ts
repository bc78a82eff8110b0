import { coreError, type ClientTls } from '@ts-chassis/core';
import { AddressClient } from './address-client.js';
import { parseAddresses, type Address } from './address.js';
import { AddressKeeper } from './address-keeper.js';
import { AddressPool } from './address-pool.js';
import { reasonOf, retryAfterOf, ServerFault, TimedOut, unanswered } from './connection-failure.js';
import type { ConnectionOptions } from './connection-options.js';
import type { Answer, Connection, Request, Socket, SocketListener } from './connection.js';
import type { Exchange, Exchanged } from './exchange.js';
import { InvalidAnswer } from './invalid-answer.js';
import { printable } from './printable.js';
import { pathOf } from './path-of.js';
import { readAnswer } from './read-answer.js';
import { sharedLookup } from './shared-lookup.js';
import { Troubles } from './troubles.js';
import { openWebSocket } from './web-socket.js';

const TIMEOUT_MS = 5000;
const MAX_BYTES = 16 * 1024 * 1024;

const TOO_MANY = 429;

/** No further address is asked once this many times the longest wait is over. */
const WAITS = 3;

/** Requests without an account to whichever address answers, see `Connection`. */
export class AddressedConnection implements Connection {
  readonly #options: ConnectionOptions;
  readonly #pool: AddressPool;
  readonly #keeper: AddressKeeper;
  readonly #troubles: Troubles;
  readonly #isSecure: boolean;
  readonly #clients = new Map<string, AddressClient>();
  readonly #sockets = new Set<Socket>();
  readonly #closed = new AbortController();
  readonly #lookup = sharedLookup();
  #tls: Promise<ClientTls | undefined> | undefined;

  /** @throws ChassisError `CONFIG_INVALID` for addresses that are none */
  constructor(options: ConnectionOptions) {
    const addresses = parseAddresses(options.addresses, options.key);
    this.#options = options;
    this.#isSecure = addresses[0]!.secure;
    this.#pool = new AddressPool(addresses);
    this.#troubles = new Troubles(options.logger, options.clock);
    this.#keeper = new AddressKeeper(options, {
      pool: this.#pool,
      configured: addresses,
      look: (address, request) => this.#answer(address, request),
      ask: (request) => this.request(request),
      changed: () => this.#closeStrangers(),
      turned: (address, reason) => this.#told(address, reason),
    });
  }

  async request(request: Request): Promise<Answer> {
    const { clock, name } = this.#options;
    this.#keeper.begin();
    const failures: { address: string; reason: string; error: unknown }[] = [];
    const unknowing: (() => void)[] = [];
    const endsAt = clock.elapsed() + WAITS * this.#timeoutOf(request);
    for (const address of this.#pool.candidates()) {
      if (failures.length > 0 && clock.elapsed() >= endsAt) break;
      try {
        const answer = await this.#answer(address, request);
        this.#worked(address);
        for (const fail of unknowing) fail();
        return answer;
      } catch (error) {
        this.#throwOwn(error, request);
        const reason = this.#reasonOf(error);
        const fail = (): void => this.#failed(address, reason);
        // a path that none of them has is no fault of theirs
        if (isUnknown(error)) unknowing.push(fail);
        else fail();
        failures.push({ address: `${name} at ${address.origin}`, reason, error });
      }
    }
    throw unanswered(`${request.method} ${request.path}`, failures);
  }

  open(request: Pick<Request, 'path' | 'query' | 'headers'>, listener: SocketListener): Socket {
    const { clock, headers, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = this.#options;
    this.#keeper.begin();
    const [address] = this.#pool.candidates();
    const socket = openWebSocket({
      ...{ address: address!, clock, timeoutMs, maxBytes },
      path: pathOf(address!, request),
      headers: { ...headers, ...request.headers },
      lookup: this.#lookup,
      material: () => this.#material(),
      isRefused: this.#closed.signal.aborted,
      listener: {
        opened: () => {
          this.#worked(address!);
          listener.opened?.();
        },
        message: (text) => listener.message?.(text),
        ping: () => listener.ping?.(),
        closed: (end) => {
          this.#sockets.delete(socket);
          if (end.isUnreached) this.#failed(address!, this.#reasonOf(end.error));
          const { isUnreached, ...told } = end;
          listener.closed(told);
        },
      },
    });
    this.#sockets.add(socket);
    return socket;
  }

  async close(): Promise<void> {
    this.#keeper.close();
    this.#closed.abort(this.#closedError());
    for (const socket of this.#sockets) socket.close();
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
    this.#clients.clear();
  }

  /** Asks this very address. */
  async #answer(address: Address, request: Request): Promise<Answer> {
    if (this.#closed.signal.aborted) throw this.#closedError();
    const client = await this.#client(address);
    const { status, headers, body } = await this.#timed(request, async (signal) => {
      const exchanged = await client.exchange(this.#exchangeOf(address, request, signal));
      return { ...exchanged, body: readAnswer(withoutFault(exchanged, request), request.isSecret) };
    });
    return { status, headers, body, address: address.origin };
  }

  #exchangeOf(address: Address, request: Request, signal: AbortSignal): Exchange {
    const { headers, maxBytes = MAX_BYTES } = this.#options;
    const { method, body } = request;
    return {
      ...{ method, signal, path: pathOf(address, request), maxBytes: request.maxBytes ?? maxBytes },
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
        ...request.headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    };
  }

  /** Runs with a signal that aborts when the time is over, the asker has enough, or everything is closed. */
  async #timed<T>(request: Request, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeoutMs = this.#timeoutOf(request);
    const ends = new AbortController();
    const { signal } = request;
    const closed = this.#closed.signal;
    const abort = (): void => ends.abort(signal?.aborted ? signal.reason : this.#closedError());
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    closed.addEventListener('abort', abort);
    const forget = this.#options.clock.after(timeoutMs, () => ends.abort(new TimedOut(timeoutMs)));
    try {
      return await run(ends.signal);
    } finally {
      forget();
      signal?.removeEventListener('abort', abort);
      closed.removeEventListener('abort', abort);
    }
  }

  async #client(address: Address): Promise<AddressClient> {
    // loaded with the first request: whoever has another registry does not pay for it
    const [{ Pool }, tls] = await Promise.all([import('undici'), this.#material()]);
    if (this.#closed.signal.aborted) throw this.#closedError();
    let client = this.#clients.get(address.origin);
    if (!client) {
      const { clock, timeoutMs = TIMEOUT_MS } = this.#options;
      client = new AddressClient(address, { Pool, clock, tls, connectMs: timeoutMs, lookup: this.#lookup });
      this.#clients.set(address.origin, client);
    }
    return client;
  }

  /** @throws ChassisError `TLS_INVALID`; read anew by the next request */
  #material(): Promise<ClientTls | undefined> {
    if (!this.#isSecure) return Promise.resolve(undefined);
    if (!this.#tls) {
      const tls = this.#options.tls.control(this.#options.tag, true);
      tls.catch(() => (this.#tls = undefined));
      this.#tls = tls;
    }
    return this.#tls;
  }

  /** Throws what is no fault of an address. */
  #throwOwn(error: unknown, { signal }: Request): void {
    if (this.#closed.signal.aborted) throw this.#closedError();
    if (signal?.aborted) throw signal.reason;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'TLS_INVALID' || code === 'UND_ERR_INVALID_ARG') throw error;
  }

  #reasonOf(error: unknown): string {
    return reasonOf(error, this.#isSecure ? this.#options.tag : undefined);
  }

  #worked(address: Address): void {
    this.#pool.worked(address);
    this.#told(address, undefined);
  }

  #failed(address: Address, reason: string): void {
    this.#pool.failed(address);
    this.#told(address, reason);
  }

  #timeoutOf(request: Request): number {
    return request.timeoutMs ?? this.#options.timeoutMs ?? TIMEOUT_MS;
  }

  /** One of several: that it fails is not seen otherwise. */
  #told({ origin }: Address, reason: string | undefined): void {
    const { name } = this.#options;
    if (reason === undefined) this.#troubles.end(origin, `${name} at ${origin} answers again`);
    else if (this.#pool.all.length > 1) {
      this.#troubles.begin(origin, `${name} at ${origin} fails: others are asked first`, { reason });
    }
  }

  /** Ends the connections to addresses that are there no more. */
  #closeStrangers(): void {
    const known = new Set(this.#pool.all.map(({ origin }) => origin));
    for (const [origin, client] of this.#clients) {
      if (known.has(origin)) continue;
      this.#clients.delete(origin);
      this.#troubles.forget(origin);
      void client.close();
    }
  }

  #closedError(): Error {
    return coreError('REGISTRY_UNAVAILABLE', `${this.#options.name}: the connection is closed`);
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof InvalidAnswer && error.status === 404;
}

/** @throws ServerFault for an answer of 5xx, and of 429: it answers another time */
function withoutFault(exchanged: Exchanged, { isSecret }: Pick<Request, 'isSecret'>): Exchanged {
  const { status, headers, text } = exchanged;
  if (status < 500 && status !== TOO_MANY) return exchanged;
  const quoted = isSecret ? '' : `: ${printable(text)}`;
  throw new ServerFault(`status ${status}${quoted}`, retryAfterOf(headers['retry-after']));
}
