import type { ListenerBinding, TransportLimits } from '@ts-chassis/core';
import { ServerCredentials, type ServerInterceptingCallInterface } from '@grpc/grpc-js';
import type { Socket } from 'node:net';
import { grpcError } from '../../codes.js';
import type { HandlerParts } from '../call-handler.js';
import { Method } from '../methods.js';
import { OpenCalls, type CallUnderWay } from '../open-calls.js';
import type { Engine } from '../running-server.js';
import { toInvocation } from '../to-invocation.js';
import { GrpcJsCall, type CallOwner } from './grpc-js-call.js';
import { KnownConnections } from './known-connections.js';
import { makeServer } from './make-server.js';
import { writeAnswer, writeFault } from './write-answer.js';

/** How long a connection without calls may take to close, which one does whose client goes on sending. */
const MOST_CLOSING_MS = 1000;

/** Serves the methods of a listener by the server of grpc-js, and sees each call through to its end. */
export class GrpcJsEngine implements Engine, CallOwner {
  readonly binding: ListenerBinding;
  readonly limits: { readonly value: TransportLimits };
  readonly listener: string;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #unmatched: Method;
  readonly #open: OpenCalls;
  readonly #connections = new KnownConnections();
  readonly #injector: ReturnType<ReturnType<typeof makeServer>['createConnectionInjector']>;
  #isStopping = false;

  constructor({ binding, methods, limits, behaviour }: HandlerParts) {
    this.binding = binding;
    this.limits = limits;
    this.listener = binding.listener.name;
    this.#methods = methods;
    this.#unmatched = new Method(binding.unmatched, undefined);
    this.#open = new OpenCalls(binding.clock);
    const take = (wire: ServerInterceptingCallInterface, path: string): void => this.#take(wire, path);
    const server = makeServer({ methods, limits: limits.value, behaviour, take });
    // TLS is spoken already on what is given to it
    this.#injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  }

  get maxBodyBytes(): number {
    return this.limits.value.maxBodyBytes;
  }

  get underWay(): readonly CallUnderWay[] {
    return this.#open.underWay;
  }

  /** Speaks HTTP/2 on a connection from now on. */
  connect(socket: Socket): void {
    // HTTP/2 tells the session of it, which closes
    socket.on('error', ignore);
    if (this.#isStopping) {
      socket.destroy();
      return;
    }
    this.#connections.add(this.binding.listener, socket);
    this.#injector.injectConnection(socket);
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    // not its drain(): that one ends calls after a time by a timer of its own
    this.#injector.destroy();
  }

  drained(): Promise<void> {
    return this.#open.drained();
  }

  /** Connections without calls close by themselves, once their last answer is written: grpc-js does not tell when that is. */
  async end(): Promise<void> {
    if (this.underWay.length > 0) this.#connections.destroy();
    const stopWaiting = this.binding.clock.after(MOST_CLOSING_MS, () => this.#connections.destroy());
    await this.#connections.emptied();
    stopWaiting();
  }

  begin(call: GrpcJsCall): void {
    this.#open.add(call);
    call.method = this.#methods.get(call.path);
    const refusal = this.#refusalOf(call);
    if (refusal) {
      call.refusal = refusal;
      call.method = this.#unmatched;
    }
    void this.#serve(call);
  }

  over(call: GrpcJsCall): void {
    if (call.served && call.isClosed) this.#open.end(call);
  }

  #take(wire: ServerInterceptingCallInterface, path: string): void {
    const connection = this.#connections.get(wire.getConnectionInfo());
    wire.start(new GrpcJsCall({ wire, path, connection, owner: this }));
  }

  /** Why a call is none of any operation. */
  #refusalOf({ method, path, metadata }: GrpcJsCall): Error | undefined {
    if (!method) return grpcError('METHOD_UNKNOWN', `nothing is served at ${path.slice(0, 200)}`);
    const { maxHeaderBytes } = this.limits.value;
    const bytes = sizeOf(metadata.record);
    if (bytes <= maxHeaderBytes) return undefined;
    return grpcError('METADATA_TOO_LARGE', `metadata of at most ${maxHeaderBytes} bytes is read here, got ${bytes}`);
  }

  async #serve(call: GrpcJsCall): Promise<void> {
    try {
      call.invocation = toInvocation(call, this);
      const writing = writeAnswer(call, await call.method!.served.runner.run(call.invocation));
      if (writing) await writing;
    } catch (error) {
      writeFault(call, error, this.binding);
    }
    call.served = true;
    this.over(call);
  }
}

/** What RFC 9113 6.5.2 counts for each header beside its letters. */
const HEADER_BYTES = 32;

function sizeOf(record: Readonly<Record<string, string | readonly string[] | undefined>>): number {
  let bytes = 0;
  for (const name of Object.keys(record)) bytes += name.length + String(record[name]).length + HEADER_BYTES;
  return bytes;
}

function ignore(): void {
  // its close follows
}
