import {
  isTrusted,
  peerOf,
  type Disposer,
  type ListenerBinding,
  type PeerIdentity,
  type TransportLimits,
} from '@ts-chassis/core';
import {
  constants,
  performServerHandshake,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { ServerBehaviour } from './grpc-server-options.js';
import { keepRepeatedAuthorization } from './repeated-authorization.js';

/** So many pings and settings in a row, with no message between them, are no client at work. */
const MOST_CONTROL_FRAMES = 1000;

/**
 * So many calls may be given up by the client at once, and so many more each millisecond. At a little more nghttp2 hears the client no longer,
 * and Node leaves the connection open.
 */
const MOST_RESETS = 900;
const RESETS_PER_MS = 0.03;
/** At so many, the client is asked to go on over a new connection, so that what it does not give up comes to its end. */
const MANY_RESETS = 450;

/** What all connections of a listener have in common. */
export interface ConnectionOwner {
  readonly binding: ListenerBinding;
  readonly limits: { readonly value: TransportLimits };
  readonly behaviour: ServerBehaviour;
  /** A call begins. */
  take(connection: Connection, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void;
  /** The connection closed. */
  left(connection: Connection): void;
}

/** A client's connection. */
export class Connection {
  readonly session: ServerHttp2Session;
  /** Whether its peer's word on caller, context and deadline is taken. */
  readonly trusted: boolean;
  readonly remoteAddress: string;
  #controlFrames = 0;
  #resets = 0;
  #resetMs = 0;
  /** Whether the client knows our settings, so that HTTP/2 itself keeps its metadata short. */
  #isAgreed = false;
  #timers: Disposer[] = [];

  /** @param options - of HTTP/2 */
  constructor(
    readonly socket: Socket,
    readonly handler: ConnectionOwner,
    options: ServerOptions,
  ) {
    this.trusted = isTrusted(handler.binding.listener, socket);
    this.remoteAddress = socket.remoteAddress ?? '';
    // HTTP/2 tells the session of it, which closes
    socket.on('error', () => undefined);
    this.session = performServerHandshake(socket, options);
    this.#listen(options);
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

  /** The client gave a call up. */
  countReset(): void {
    const nowMs = this.handler.binding.clock.elapsed();
    this.#resets = Math.max(0, this.#resets - (nowMs - this.#resetMs) * RESETS_PER_MS) + 1;
    this.#resetMs = nowMs;
    if (this.#resets > MOST_RESETS) this.#calm();
    else if (this.#resets > MANY_RESETS && !this.session.closed) this.stop();
  }

  /** Calls under way go on; the client opens no further ones. */
  stop(): void {
    if (!this.session.destroyed) this.session.close();
  }

  destroy(): void {
    this.session.destroy();
    this.socket.destroy();
  }

  #listen(options: ServerOptions): void {
    const { session, handler } = this;
    const count = (): void => this.#countControlFrame();
    // oxlint-disable-next-line max-params -- Node's event, whose types do not tell of the last one
    session.on(
      'stream',
      (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders?: string[]) => {
        this.#controlFrames = 0;
        if (this.#isAgreed || isShort(headers, options.settings!.maxHeaderListSize!)) {
          keepRepeatedAuthorization(headers, rawHeaders);
          handler.take(this, stream, headers);
        } else refuse(stream);
      },
    );
    session.once('localSettings', () => (this.#isAgreed = true));
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
    if (this.#controlFrames > MOST_CONTROL_FRAMES) this.#calm();
  }

  /** Ends a connection that is no client at work. */
  #calm(): void {
    if (this.session.destroyed) return;
    const { listener, logger } = this.handler.binding;
    logger.warn('connection ended: too many frames that do no work', {
      listener: listener.name,
      remoteAddress: this.remoteAddress,
    });
    this.session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
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

/** What RFC 9113 6.5.2 counts for each header beside its letters. */
const HEADER_BYTES = 32;

function isShort(headers: IncomingHttpHeaders, maxBytes: number): boolean {
  let bytes = 0;
  for (const name of Object.keys(headers)) bytes += name.length + String(headers[name]).length + HEADER_BYTES;
  return bytes <= maxBytes;
}

function refuse(stream: ServerHttp2Stream): void {
  stream.on('error', () => undefined);
  stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
}
