import { coreError, HeaderMap, peerOf, systemClock, type PeerIdentity } from '@ts-chassis/core';
import type { Metadata, ServerInterceptingCallInterface } from '@grpc/grpc-js';
import type { OutgoingHttpHeaders } from 'node:http2';
import { ReceivedCall } from '../received-call.js';
import type { KnownConnection } from './known-connections.js';
import { metadataOf } from './metadata-of.js';
import { PulledMessages } from './pulled-messages.js';

/** What a call is handed to. */
export interface CallOwner {
  readonly listener: string;
  readonly maxBodyBytes: number;
  /** Its metadata are there. */
  begin(call: GrpcJsCall): void;
  /** It is over, one way or the other. */
  over(call: GrpcJsCall): void;
}

/** Where a call comes from. */
export interface GrpcJsCallParts {
  readonly wire: ServerInterceptingCallInterface;
  readonly path: string;
  readonly connection: KnownConnection | undefined;
  readonly owner: CallOwner;
}

type WireListener = Parameters<ServerInterceptingCallInterface['start']>[0];

/** One call that grpc-js received: it tells what comes by the four methods of its listener, and is told what to send. */
export class GrpcJsCall extends ReceivedCall implements WireListener {
  readonly listener: string;
  readonly trusted: boolean;
  readonly path: string;
  readonly wire: ServerInterceptingCallInterface;
  metadata: HeaderMap = HeaderMap.empty;
  /** No more of it comes, and nothing more of it is sent. */
  isClosed = false;
  readonly #connection: KnownConnection | undefined;
  readonly #owner: CallOwner;
  #pulled: PulledMessages | undefined = undefined;
  #isEnded = false;

  constructor({ wire, path, connection, owner }: GrpcJsCallParts) {
    super();
    this.wire = wire;
    this.path = path;
    this.listener = owner.listener;
    // one whose connection is gone already is nobody's
    this.trusted = connection?.trusted ?? false;
    this.#connection = connection;
    this.#owner = owner;
  }

  get remoteAddress(): string {
    return this.#connection?.remoteAddress ?? '';
  }

  get peer(): PeerIdentity | undefined {
    return this.#connection && peerOf(this.#connection.socket);
  }

  /** The call of grpc-js, and the metadata. */
  get raw(): { readonly wire: ServerInterceptingCallInterface; readonly metadata: HeaderMap } {
    return this;
  }

  /** grpc-js takes `grpc-timeout` out of the metadata, and reckons by the system's clock. */
  grantedMs(): number {
    const deadline = Number(this.wire.getDeadline());
    return Number.isFinite(deadline) ? deadline - systemClock.now() : Infinity;
  }

  /** Ends the answer. */
  end(status: number, trailers?: OutgoingHttpHeaders): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    // grpc-js writes a text by encodeURI, which fails for half a letter; so it comes with the trailers
    this.wire.sendStatus({ code: status, details: '', metadata: trailers ? metadataOf(trailers) : null });
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.metadata = HeaderMap.of(metadata.toHttp2Headers() as Record<string, string | string[]>);
    this.#owner.begin(this);
  }

  onReceiveMessage(bytes: Buffer): void {
    this.#pulled?.arrived(bytes);
  }

  onReceiveHalfClose(): void {
    this.#pulled?.ended();
  }

  /** Comes once, also behind an answer. Before it, nobody can have one any more: grpc-js itself may have answered. */
  onCancel(): void {
    this.isClosed = true;
    if (!this.#isEnded) this.abandon(this.#reason());
    this.#owner.over(this);
  }

  protected openMessages(): PulledMessages {
    const single = !this.method!.plan!.requestStream;
    const { maxBodyBytes: maxBytes } = this.#owner;
    return (this.#pulled = new PulledMessages({ pull: () => this.wire.startRead(), single, maxBytes }));
  }

  #reason(): Error {
    const name = this.invocation?.operation.id ?? this.path;
    if (this.grantedMs() <= 0) return coreError('CALL_DEADLINE', `${name}: the time granted is over`);
    return coreError(
      'CALL_CANCELLED',
      `${name}: the client cancelled the call, went away, or sent what grpc-js refuses`,
    );
  }
}
