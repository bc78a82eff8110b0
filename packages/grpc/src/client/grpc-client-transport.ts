import {
  coreError,
  type ClientTransport,
  type Endpoint,
  type Invocation,
  type Operation,
  type Reply,
} from '@ts-chassis/core';
import type { Caller, CallerParts } from './caller.js';

/** Calls operations over gRPC, on one connection for each endpoint. grpc-js is loaded when the first call is made. */
export class GrpcClientTransport implements ClientTransport {
  readonly protocol = 'grpc';
  #caller: Caller | undefined = undefined;
  #loading: Promise<Caller> | undefined = undefined;
  #closed = false;

  constructor(private readonly parts: CallerParts) {}

  speaks(operation: Operation): boolean {
    return operation.rpc !== undefined;
  }

  send(invocation: Invocation): Promise<Reply> {
    return this.#caller ? this.#caller.call(invocation) : this.#loaded().then((caller) => caller.call(invocation));
  }

  release(endpoint: Endpoint): void {
    this.#caller?.release(endpoint);
  }

  async close(signal?: AbortSignal): Promise<void> {
    this.#closed = true;
    await (this.#caller ?? (await this.#loading))?.close(signal);
  }

  #loaded(): Promise<Caller> {
    if (this.#closed && !this.#loading)
      return Promise.reject(coreError('CALL_FAILED', 'the application is stopped and makes no more calls'));
    return (this.#loading ??= this.#load());
  }

  async #load(): Promise<Caller> {
    const { Caller } = await import('./caller.js');
    return (this.#caller = new Caller(this.parts));
  }
}
