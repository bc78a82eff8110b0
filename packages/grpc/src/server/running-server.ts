import type { Endpoint, ListenerBinding, OpenSockets, RunningServer } from '@ts-chassis/core';
import type { BuiltInService } from './built-in-service.js';
import type { CallUnderWay } from './open-calls.js';

/** How many of the calls that a stop cut off are told of, the oldest. */
const MOST_TOLD = 20;

/** What speaks HTTP/2 on the connections of a listener. */
export interface Engine {
  readonly binding: ListenerBinding;
  /** The calls that wait for their answer, oldest first. */
  readonly underWay: readonly CallUnderWay[];
  /** From now on clients are told to go elsewhere. */
  stop(): void;
  /** Resolves when no call is left. */
  drained(): Promise<void>;
  /** Ends all connections, resolving when the last has closed. */
  end(): Promise<void>;
}

/** A listener that is open, whatever speaks HTTP/2 on it. */
export class GrpcServer implements RunningServer {
  #stopping: Promise<void> | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly sockets: OpenSockets,
    private readonly builtIn: readonly BuiltInService[],
  ) {}

  get endpoint(): Endpoint {
    return this.sockets.endpoint;
  }

  /** Resolves once no new connection is taken; clients are told to open no further calls, and those that do are refused so that they may try elsewhere. */
  stopAccepting(): Promise<void> {
    this.#stopping ??= Promise.resolve().then(() => {
      this.engine.stop();
      this.sockets.close();
      for (const service of this.builtIn) service.stop();
    });
    return this.#stopping;
  }

  drain(): Promise<void> {
    return this.engine.drained();
  }

  async close(): Promise<void> {
    await this.stopAccepting();
    this.#tellUnderWay();
    await this.engine.end();
  }

  /** Whoever looks for the reason of a slow stop finds here what it waited for. */
  #tellUnderWay(): void {
    const calls = this.engine.underWay;
    if (calls.length === 0) return;
    const { listener, logger } = this.engine.binding;
    logger.warn('calls are ended before their answer', {
      listener: listener.name,
      count: calls.length,
      calls: calls.slice(0, MOST_TOLD),
    });
  }
}
