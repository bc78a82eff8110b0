import {
  ChassisError,
  coreError,
  kindOfStatus,
  type ErrorKind,
  type HeaderMap,
  type Invocation,
  type InvocationSource,
  type PeerIdentity,
} from '@ts-chassis/core';
import { grpcError } from '../codes.js';
import { CODE_OF_KIND } from '../status.js';
import type { Method } from './methods.js';
import { RequestItems, type RequestMessages } from './request-items.js';

/** An answer that takes its time. */
export interface Writing {
  /** The client went away. */
  leave(): void;
}

/** One call, whatever speaks HTTP/2 for it; also where its invocation reads from. */
export abstract class ReceivedCall implements InvocationSource {
  readonly protocol = 'grpc';
  abstract readonly listener: string;
  abstract readonly trusted: boolean;
  abstract readonly path: string;
  /** As received, without what is HTTP/2's own. */
  abstract readonly metadata: HeaderMap;
  abstract readonly remoteAddress: string;
  abstract readonly peer: PeerIdentity | undefined;
  /** Written once, before its invocation is made. */
  method: Method | undefined = undefined;
  /** Of a trusted caller. */
  service = '';
  startedMs = 0;
  refusal?: Error;
  invocation: Invocation | undefined = undefined;
  /** The client went away before it was answered. */
  gone = false;
  writing: Writing | undefined = undefined;
  /** The chain and the writer are through with it. */
  served = false;
  /** What comes of its request, once somebody asked for it. */
  protected messages: RequestMessages | undefined = undefined;
  #message: Buffer | undefined = undefined;
  #items: RequestItems | undefined = undefined;

  /** The milliseconds that the caller itself grants; infinite when it says nothing. */
  abstract grantedMs(): number;

  /** Begins to read the request. */
  protected abstract openMessages(): RequestMessages;

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
    const message = this.#opened().read();
    return message instanceof Promise ? message.then((bytes) => this.#received(bytes)) : this.#received(message);
  }

  /**
   * The client is gone before it was answered.
   *
   * @param reason - what its invocation is told; by default that the client cancelled the call or went away
   */
  abandon(reason?: Error): void {
    if (this.gone) return;
    this.gone = true;
    this.invocation?.cancel(reason ?? this.#cancelled());
    this.messages?.close();
    this.writing?.leave();
  }

  /** What is asked for once the client is gone is over as it begins: nothing would ever come. */
  #opened(): RequestMessages {
    if (this.messages) return this.messages;
    this.messages = this.openMessages();
    if (this.gone) this.messages.close();
    return this.messages;
  }

  #cancelled(): Error {
    const name = this.invocation?.operation.id ?? this.path;
    return coreError('CALL_CANCELLED', `${name}: the client cancelled the call or went away`);
  }

  #received(bytes: Buffer | undefined): readonly unknown[] {
    const { operation } = this.method!.served;
    if (!bytes) throw grpcError('MESSAGE_MALFORMED', `${operation.id}: takes one message, got none`);
    if (this.messages!.hasMore) throw grpcError('MESSAGE_MALFORMED', `${operation.id}: takes one message, got more`);
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
    args[plan!.streamed!] = this.#items ??= new RequestItems(plan!, this.#opened());
    metadata?.read(this.metadata, args);
    return args;
  }
}
