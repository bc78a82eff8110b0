import {
  authorityOf,
  coreError,
  Invocation,
  type Endpoint,
  type ListenerBinding,
  type Operation,
  type Reply,
  type RunningServer,
  type ServedOperation,
  type ServerTransport,
} from '@ts-chassis/core';
import { copied, copiedReply } from './copy.js';
import type { MemoryNetwork } from './memory-network.js';

/** The server side of the in-memory protocol. */
export class MemoryServerTransport implements ServerTransport {
  readonly protocol = 'memory';

  constructor(private readonly network: MemoryNetwork) {}

  listen(binding: ListenerBinding): Promise<RunningServer> {
    const { name, listen } = binding.listener;
    const endpoint: Endpoint = {
      listener: name,
      host: listen.host,
      port: listen.port || this.network.freePort(),
      ssl: false,
    };
    if (this.network.has(authorityOf(endpoint))) {
      return Promise.reject(coreError('LISTEN_FAILED', `listener ${name}: ${authorityOf(endpoint)} is in use`));
    }
    return Promise.resolve(new RunningMemoryServer(endpoint, { binding, network: this.network }));
  }
}

class RunningMemoryServer implements RunningServer {
  readonly #served: ReadonlyMap<string, ServedOperation>;
  readonly #binding: ListenerBinding;
  readonly #network: MemoryNetwork;
  readonly #running = new Set<Invocation>();
  readonly #drained: (() => void)[] = [];

  constructor(
    readonly endpoint: Endpoint,
    { binding, network }: { binding: ListenerBinding; network: MemoryNetwork },
  ) {
    this.#served = new Map(binding.operations.map((served) => [served.operation.id, served]));
    this.#binding = binding;
    this.#network = network;
    network.put(authorityOf(endpoint), (call) => this.#serve(call));
  }

  stopAccepting(): Promise<void> {
    this.#network.remove(authorityOf(this.endpoint));
    return Promise.resolve();
  }

  drain(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  close(): Promise<void> {
    for (const invocation of this.#running) invocation.cancel(coreError('CALL_CANCELLED', 'the server was closed'));
    return this.stopAccepting();
  }

  async #serve(call: Invocation): Promise<Reply> {
    const { operation, runner } = this.#served.get(call.operation.id) ?? this.#binding.unmatched;
    const { listener, service } = this.#binding;
    const trusted = listener.trust === 'peers';
    const invocation = new Invocation({
      operation,
      service,
      source: {
        service: trusted ? call.source.service : '',
        protocol: 'memory',
        listener: listener.name,
        trusted,
        arguments: () => argumentsOf(operation, call.args),
      },
      ...(trusted && { deadline: call.deadline, context: call.context }),
      headers: call.headers,
    });
    invocation.linkTo(call);
    this.#running.add(invocation);
    try {
      return copiedReply(operation, await runner.run(invocation));
    } finally {
      this.#running.delete(invocation);
      invocation.unlink();
      if (this.#running.size === 0) for (const resolve of this.#drained.splice(0)) resolve();
    }
  }
}

function argumentsOf(operation: Operation, args: readonly unknown[]): readonly unknown[] {
  const received: unknown[] = [];
  for (const { index } of operation.parameters) received[index] = copied(args[index]);
  return received;
}
