import type { ClientTls, Clock } from '@ts-chassis/core';
import { connect } from 'node:tls';
import type { buildConnector } from 'undici';

/**
 * So many handshakes of one pool are under way at once: each costs both sides a millisecond and more of computing, and of hundreds begun together
 * all would be late.
 */
const MOST_HANDSHAKES = 32;

/** What a {@link tlsConnector} needs. */
export interface TlsConnectorOptions {
  readonly tls: ClientTls;
  readonly clock: Clock;
  /** A machine that does not answer is given up after this time. */
  readonly timeoutMs: number;
}

/**
 * Opens connections of one pool over TLS. Sessions are resumed: a new connection to a server that was there before costs no full handshake. They
 * are kept here, since undici lets them be collected.
 */
export function tlsConnector(options: TlsConnectorOptions): buildConnector.connector {
  const handshakes = new Handshakes(options);
  return (target, callback) => handshakes.add(target, callback);
}

class Handshakes {
  readonly #options: TlsConnectorOptions;
  /** Of one pool, so that what was trusted under one name is never resumed under another. */
  readonly #material: ReturnType<ClientTls['connect']>;
  readonly #waiting: (() => void)[] = [];
  #session: Buffer | undefined;
  #underWay = 0;

  constructor(options: TlsConnectorOptions) {
    this.#options = options;
    this.#material = options.tls.connect();
  }

  add(target: buildConnector.Options, callback: buildConnector.Callback): void {
    const begin = (): void => this.#begin(target, callback);
    if (this.#underWay < MOST_HANDSHAKES) begin();
    else this.#waiting.push(begin);
  }

  #begin({ hostname, port }: buildConnector.Options, callback: buildConnector.Callback): void {
    const { clock, timeoutMs } = this.#options;
    this.#underWay += 1;
    const socket = connect({
      ...this.#material,
      host: hostname,
      port: Number(port),
      ALPNProtocols: ['http/1.1'],
      ...(this.#session && { session: this.#session }),
    });
    let isOver = false;
    const conclude = (error: Error | null): void => {
      if (isOver) return;
      isOver = true;
      forget();
      if (error) callback(error, null);
      else callback(null, socket);
      this.#underWay -= 1;
      this.#waiting.shift()?.();
    };
    const forget = clock.after(timeoutMs, () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)));
    socket.setKeepAlive(true, 60_000);
    socket.setNoDelay(true);
    socket.on('session', (next) => (this.#session = next));
    socket.on('error', conclude);
    socket.once('close', () => conclude(new Error('the connection was closed before TLS was agreed on')));
    socket.once('secureConnect', () => conclude(null));
  }
}
