import {
  ChassisError,
  coreError,
  HeaderMap,
  kindOfStatus,
  type ErrorKind,
  type Invocation,
  type InvocationSource,
  type PeerIdentity,
} from '@ts-chassis/core';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { grpcError } from '../codes.js';
import { CODE_OF_KIND } from '../status.js';
import type { Connection } from './connection.js';
import { MessageReader } from './message-reader.js';
import type { Method } from './methods.js';
import { RequestItems } from './request-items.js';

/** An answer that takes its time. */
export interface Writing {
  /** The client went away. */
  leave(): void;
}

/** One call, from its headers to its trailers; also where its invocation reads from. */
export class Call implements InvocationSource {
  readonly protocol = 'grpc';
  readonly listener: string;
  readonly trusted: boolean;
  /** As received, without what is HTTP/2's own. */
  readonly metadata: HeaderMap;
  readonly path: string;
  readonly httpMethod: string;
  /** Of the connection's host, as the client calls it. */
  readonly authority: string;
  /** Written once, before its invocation is made. */
  method: Method | undefined = undefined;
  /** Of a trusted caller. */
  service = '';
  startedMs = 0;
  refusal?: Error;
  /** What it is refused with when it is no call of gRPC. */
  httpStatus = 0;
  invocation: Invocation | undefined = undefined;
  /** The client went away before it was answered. */
  gone = false;
  /** What ends the answer. */
  trailers: OutgoingHttpHeaders = OK;
  writing: Writing | undefined = undefined;
  /** Whether its answer is more than headers. */
  waitsForTrailers = false;
  /** The chain and the writer are through with it. */
  served = false;
  #reader: MessageReader | undefined = undefined;
  #message: Buffer | undefined = undefined;
  #items: RequestItems | undefined = undefined;

  constructor(
    readonly connection: Connection,
    readonly stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ) {
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

  /** Status hints are HTTP's: a method that serves REST too means the same by them here. */
  kindOf(status: number): ErrorKind | undefined {
    return status >= 400 ? kindOfStatus(status) : undefined;
  }

  statusOf(outcome: unknown): number {
    return outcome instanceof Error ? CODE_OF_KIND[ChassisError.from(outcome).kind] : 0;
  }

  arguments(): readonly unknown[] | Promise<readonly unknown[]> {
    const { plan } = this.method!;
    if (!plan) return [];
    if (plan.requestStream) return this.#argumentsWithItems();
    // a handler that tries again asks again, and the message comes but once
    if (this.#message) return this.#argumentsOf(this.#message);
    const message = this.#open().read();
    return message instanceof Promise ? message.then((bytes) => this.#received(bytes)) : this.#received(message);
  }

  /** It is answered, or nobody waits for that: nothing more of its request is kept. */
  close(): void {
    if (this.#reader) this.#reader.close();
    else this.stream.resume();
  }

  /** The client is gone before it was answered. */
  abandon(): void {
    if (this.gone) return;
    this.gone = true;
    const name = this.invocation?.operation.id ?? this.path;
    this.invocation?.cancel(coreError('CALL_CANCELLED', `${name}: the client cancelled the call or went away`));
    this.#reader?.close();
    this.writing?.leave();
  }

  #open(): MessageReader {
    if (this.#reader) return this.#reader;
    const { maxBodyBytes: maxBytes } = this.connection.handler.limits.value;
    return (this.#reader = new MessageReader(this.stream, { maxBytes, encoding: this.metadata.get('grpc-encoding') }));
  }

  #received(bytes: Buffer | undefined): readonly unknown[] {
    const { operation } = this.method!.served;
    if (!bytes) throw grpcError('MESSAGE_MALFORMED', `${operation.id}: takes one message, got none`);
    if (this.#reader!.hasMore) throw grpcError('MESSAGE_MALFORMED', `${operation.id}: takes one message, got more`);
    return this.#argumentsOf((this.#message = bytes));
  }

  #argumentsOf(message: Buffer): readonly unknown[] {
    const { plan, metadata } = this.method!;
    const args = plan!.toArguments(plan!.decodeRequest(message));
    metadata?.read(this.metadata, args);
    return args;
  }

  #argumentsWithItems(): readonly unknown[] {
    const { plan, metadata, served } = this.method!;
    const args = Array.from<unknown>({ length: served.operation.parameters.length });
    args[plan!.streamed!] = this.#items ??= new RequestItems(plan!, this.#open());
    metadata?.read(this.metadata, args);
    return args;
  }
}

const OK: OutgoingHttpHeaders = Object.freeze({ 'grpc-status': '0' });
