import type { ListenerBinding, TransportLimits } from '@ts-chassis/core';
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { grpcError } from '../codes.js';
import { Call } from './call.js';
import type { Connection, ConnectionOwner } from './connection.js';
import type { ServerBehaviour } from './grpc-server-options.js';
import { parseTimeout } from './grpc-timeout.js';
import { Method } from './methods.js';
import { OpenCalls, type CallUnderWay } from './open-calls.js';
import type { Engine } from './running-server.js';
import { toInvocation } from './to-invocation.js';
import { sendTrailers, writeFailure } from './write-failure.js';
import { writeReply } from './write-reply.js';

/** What the calls of a listener have in common. */
export interface HandlerParts {
  readonly binding: ListenerBinding;
  readonly methods: ReadonlyMap<string, Method>;
  readonly limits: { readonly value: TransportLimits };
  readonly behaviour: ServerBehaviour;
}

/** How long clients have, at a stop, to read their last answers and close. */
const CLIENTS_CLOSE_MS = 1000;

const CALL = Symbol('ts-chassis.call');
const HANDLER = Symbol('ts-chassis.call-handler');
type CallStream = ServerHttp2Stream & { [CALL]?: Call; [HANDLER]?: CallHandler };

/** Takes the calls of one listener and sees each through to its end. */
export class CallHandler implements Engine, ConnectionOwner {
  readonly connections = new Set<Connection>();
  readonly binding: ListenerBinding;
  readonly limits: { readonly value: TransportLimits };
  readonly behaviour: ServerBehaviour;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #unmatched: Method;
  readonly #open: OpenCalls;
  isStopping = false;
  #whenEmpty: (() => void)[] = [];

  constructor({ binding, methods, limits, behaviour }: HandlerParts) {
    this.binding = binding;
    this.limits = limits;
    this.behaviour = behaviour;
    this.#methods = methods;
    this.#open = new OpenCalls(binding.clock);
    this.#unmatched = new Method(binding.unmatched, undefined);
  }

  // oxlint-disable-next-line max-params -- as HTTP/2 hands a stream over, and whose it is
  take(connection: Connection, stream: CallStream, headers: IncomingHttpHeaders): void {
    const call = new Call(connection, stream, headers);
    this.#open.add(call);
    stream[CALL] = call;
    stream[HANDLER] = this;
    stream.on('error', ignore);
    stream.on('close', onClose);
    stream.on('wantTrailers', onWantTrailers);
    this.#route(call);
    void this.#serve(call);
  }

  /** From now on clients are told to go elsewhere. */
  stop(): void {
    this.isStopping = true;
    for (const connection of this.connections) connection.stop();
  }

  /** A connection closed. */
  left(connection: Connection): void {
    this.connections.delete(connection);
    if (this.connections.size === 0) for (const run of this.#whenEmpty.splice(0)) run();
  }

  /** The client has all of the answer, or is gone; and nobody works on it any more. */
  over(call: Call): void {
    if (!call.served || !call.stream.destroyed) return;
    this.#open.end(call);
  }

  drained(): Promise<void> {
    return this.#open.drained();
  }

  /** Without calls, clients close by themselves once they read the last answers, which systems throw away when the connection is reset. */
  end(): Promise<void> {
    if (this.connections.size === 0) return Promise.resolve();
    if (!this.#open.isEmpty) this.#destroyAll();
    const stop = this.binding.clock.after(CLIENTS_CLOSE_MS, () => this.#destroyAll());
    return new Promise((resolve) =>
      this.#whenEmpty.push(() => {
        stop();
        resolve();
      }),
    );
  }

  #destroyAll(): void {
    for (const connection of this.connections) connection.destroy();
  }

  get underWay(): readonly CallUnderWay[] {
    return this.#open.underWay;
  }

  #route(call: Call): void {
    call.method = this.#methods.get(call.path);
    const refusal = refusalOf(call);
    if (!refusal) return;
    call.refusal = refusal;
    call.method = this.#unmatched;
  }

  async #serve(call: Call): Promise<void> {
    try {
      call.invocation = toInvocation(call, this);
      const writing = writeReply(call, await call.method!.served.runner.run(call.invocation));
      if (writing) await writing;
    } catch (error) {
      writeFailure(call, error);
    }
    call.served = true;
    call.close();
    // what was answered by headers alone; the others have their trailers still to come
    if (call.stream.headersSent && !call.waitsForTrailers) call.stream.once('finish', onFinish);
    this.over(call);
  }
}

/** Why a call is none of any operation. */
function refusalOf(call: Call): Error | undefined {
  if (call.httpMethod !== 'POST') {
    call.httpStatus = 405;
    return grpcError('REQUEST_NOT_GRPC', `calls are sent by POST, got ${call.httpMethod}`);
  }
  const type = call.metadata.get('content-type') ?? '';
  if (!isGrpc(type)) {
    call.httpStatus = 415;
    return grpcError('REQUEST_NOT_GRPC', `calls are application/grpc, got ${JSON.stringify(type.slice(0, 100))}`);
  }
  if (!call.method) return grpcError('METHOD_UNKNOWN', `nothing is served at ${shown(call.path)}`);
  const timeout = call.metadata.get('grpc-timeout');
  if (timeout === undefined) return undefined;
  try {
    parseTimeout(timeout);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** `application/grpc`, with protobuf said or not. */
function isGrpc(type: string): boolean {
  if (type === 'application/grpc' || type === 'application/grpc+proto') return true;
  const end = type.indexOf(';');
  return end > 0 && isGrpc(type.slice(0, end).trimEnd());
}

function shown(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}...` : path;
}

function ignore(): void {
  // its close follows
}

function onWantTrailers(this: ServerHttp2Stream): void {
  const call = (this as CallStream)[CALL]!;
  sendTrailers(call);
  // at once it would overtake the trailers
  if (!isRequestOver(this)) setImmediate(endRequest, this);
}

function onFinish(this: ServerHttp2Stream): void {
  // at once it would overtake the headers
  if (!isRequestOver(this)) setImmediate(endRequest, this);
}

function isRequestOver(stream: ServerHttp2Stream): boolean {
  // what HTTP/2 itself is asked for costs an object of its own
  return stream.destroyed || stream.readableEnded || stream.state.remoteClose === 1;
}

/** A client that has not said all it has to say need not go on: the call is over (RFC 9113 8.1). */
function endRequest(stream: ServerHttp2Stream): void {
  if (!isRequestOver(stream)) stream.close(constants.NGHTTP2_NO_ERROR);
}

function onClose(this: ServerHttp2Stream): void {
  const call = (this as CallStream)[CALL]!;
  const isGivenUp = !call.served || !this.writableFinished;
  if (isGivenUp) call.abandon();
  // a reset counts with nghttp2 although all is written
  if (isGivenUp || this.rstCode !== constants.NGHTTP2_NO_ERROR) call.connection.countReset();
  (this as CallStream)[HANDLER]!.over(call);
}
