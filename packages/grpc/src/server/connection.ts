import { isTrusted, peerOf, type Disposer, type PeerIdentity } from '@ts-chassis/core';
import {
  constants,
  performServerHandshake,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Call } from './call.js';
import type { CallHandler } from './call-handler.js';

/** So many pings and settings in a row, with no message between them, are no client at work. */
const MOST_CONTROL_FRAMES = 1000;

/** A client's connection. */
export class Connection {
  readonly session: ServerHttp2Session;
  /** Whether its peer's word on caller, context and deadline is taken. */
  readonly trusted: boolean;
  readonly remoteAddress: string;
  #controlFrames = 0;
  #timers: Disposer[] = [];

  /** @param options - of HTTP/2 */
  constructor(
    readonly socket: Socket,
    readonly handler: CallHandler,
    options: ServerOptions,
  ) {
    this.trusted = isTrusted(handler.binding.listener, socket);
    this.remoteAddress = socket.remoteAddress ?? '';
    // HTTP/2 tells the session of it, which closes
    socket.on('error', () => undefined);
    this.session = performServerHandshake(socket, options);
    this.#listen();
    this.#keepAlive();
    this.#age();
  }

  get peer(): PeerIdentity | undefined {
    return peerOf(this.socket);
  }

  /** Messages flow: pings between them belong to it. */
  work(): void {
    this.#controlFrames = 0;
  }

  /** Calls under way go on; the client opens no further ones. */
  stop(): void {
    if (!this.session.destroyed) this.session.close();
  }

  destroy(): void {
    this.session.destroy();
    this.socket.destroy();
  }

  #listen(): void {
    const { session, handler } = this;
    const count = (): void => this.#countControlFrame();
    session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      this.#controlFrames = 0;
      handler.take(new Call(this, stream, headers));
    });
    session.on('ping', count).on('remoteSettings', count);
    session.on('error', (error) => {
      const { listener, logger } = handler.binding;
      logger.debug('connection failed', {
        listener: listener.name,
        remoteAddress: this.remoteAddress,
        reason: error.message,
      });
      this.socket.destroy();
    });
    session.once('close', () => {
      for (const stop of this.#timers.splice(0)) stop();
      handler.left(this);
    });
  }

  #countControlFrame(): void {
    this.#controlFrames += 1;
    if (this.#controlFrames > MOST_CONTROL_FRAMES && !this.session.destroyed) {
      this.session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    }
  }

  #keepAlive(): void {
    const { keepaliveMs, keepaliveTimeoutMs } = this.handler.behaviour;
    if (keepaliveMs <= 0) return;
    this.#after(keepaliveMs, () => {
      const giveUp = this.#after(keepaliveTimeoutMs, () => this.destroy());
      const sent = this.session.ping((error) => {
        giveUp();
        if (!error && !this.session.destroyed) this.#keepAlive();
      });
      // too many pings wait already: their time runs
      if (!sent) this.destroy();
    });
  }

  #age(): void {
    const { maxConnectionAgeMs, maxConnectionAgeGraceMs } = this.handler.behaviour;
    if (maxConnectionAgeMs <= 0) return;
    this.#after(maxConnectionAgeMs, () => {
      this.stop();
      if (maxConnectionAgeGraceMs > 0) this.#after(maxConnectionAgeGraceMs, () => this.destroy());
    });
  }

  #after(ms: number, run: () => void): Disposer {
    const stop = this.handler.binding.clock.after(ms, () => {
      forget();
      if (!this.session.destroyed) run();
    });
    const forget = (): void => {
      const at = this.#timers.indexOf(stop);
      if (at >= 0) this.#timers.splice(at, 1);
    };
    this.#timers.push(stop);
    return () => {
      stop();
      forget();
    };
  }
}
