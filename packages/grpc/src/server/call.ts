import { HeaderMap, type PeerIdentity } from '@ts-chassis/core';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Connection } from './connection.js';
import { parseTimeout } from './grpc-timeout.js';
import { MessageReader } from './message-reader.js';
import { ReceivedCall } from './received-call.js';

/** One call, from its headers to its trailers. */
export class Call extends ReceivedCall {
  readonly listener: string;
  readonly trusted: boolean;
  readonly metadata: HeaderMap;
  readonly path: string;
  readonly httpMethod: string;
  /** Of the connection's host, as the client calls it. */
  readonly authority: string;
  /** What it is refused with when it is no call of gRPC. */
  httpStatus = 0;
  /** What ends the answer. */
  trailers: OutgoingHttpHeaders = OK;
  /** Whether its answer is more than headers. */
  waitsForTrailers = false;

  constructor(
    readonly connection: Connection,
    readonly stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ) {
    super();
    const { binding } = connection.handler;
    this.listener = binding.listener.name;
    this.trusted = connection.trusted;
    this.path = headers[':path'] ?? '';
    this.httpMethod = headers[':method'] ?? '';
    this.authority = headers[':authority'] ?? headers.host ?? '';
    // nobody else has this record
    delete headers[':path'];
    delete headers[':method'];
    delete headers[':authority'];
    delete headers[':scheme'];
    this.metadata = HeaderMap.of(headers);
  }

  get remoteAddress(): string {
    return this.connection.remoteAddress;
  }

  get peer(): PeerIdentity | undefined {
    return this.connection.peer;
  }

  /** The stream of HTTP/2, and the metadata. */
  get raw(): { readonly stream: ServerHttp2Stream; readonly metadata: HeaderMap } {
    return this;
  }

  /** A `grpc-timeout` that does not parse was refused before. */
  grantedMs(): number {
    const text = this.refusal ? undefined : this.metadata.get('grpc-timeout');
    return text === undefined ? Infinity : parseTimeout(text);
  }

  /** It is answered, or nobody waits for that: nothing more of its request is kept. */
  close(): void {
    if (this.messages) this.messages.close();
    else this.stream.resume();
  }

  protected openMessages(): MessageReader {
    const { maxBodyBytes: maxBytes } = this.connection.handler.limits.value;
    return new MessageReader(this.stream, { maxBytes, encoding: this.metadata.get('grpc-encoding') });
  }
}

const OK: OutgoingHttpHeaders = Object.freeze({ 'grpc-status': '0' });
