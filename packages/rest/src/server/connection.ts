import { isTrusted, type ListenerBinding } from '@ts-chassis/core';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RestLimits } from './limits.js';

/** What a connection knows of a request on it that is not answered. */
export interface OpenExchange {
  readonly route: { readonly operation: { readonly id: string } };
  readonly startedMs: number;
  readonly remoteAddress: string;
  readonly response: ServerResponse;
  readonly isArriving: boolean;
  fail(error: Error): void;
  abandon(): void;
  stop(): void;
}

/** What all connections of a listener have in common. */
export interface ConnectionOwner {
  readonly binding: ListenerBinding;
  readonly limits: { readonly value: RestLimits };
  /** Whether no more requests are taken. */
  readonly isStopping: boolean;
}

const OF_SOCKET = Symbol('ts-chassis.connection');

type ConnectionSocket = Socket & { [OF_SOCKET]?: Connection };

/** A client's connection and the requests on it that wait for their answer; several when the client sends ahead. */
export class Connection {
  readonly open = new Set<OpenExchange>();
  /** Whether its peer's word on caller, context and deadline is taken. */
  readonly trusted: boolean;
  /** Its last answer is out; whatever it still sends is thrown away. */
  lingering = false;

  constructor(
    readonly socket: Socket,
    readonly owner: ConnectionOwner,
  ) {
    this.trusted = isTrusted(owner.binding.listener, socket);
    (socket as ConnectionSocket)[OF_SOCKET] = this;
  }

  /** The connection of a socket; undefined when none was made for it. */
  static of(socket: Socket): Connection | undefined {
    return (socket as ConnectionSocket)[OF_SOCKET];
  }

  /** The socket closed: nobody waits for what is open. */
  abandon(): void {
    for (const exchange of this.open) exchange.abandon();
  }
}
