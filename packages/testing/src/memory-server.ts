import {
  authorityOf,
  coreError,
  HeaderMap,
  Invocation,
  readPropagation,
  receivedArguments,
  receivedFailure,
  receivedReply,
  settle,
  writePropagation,
  type Endpoint,
  type ListenerBinding,
  type PropagatedContext,
  type Reply,
  type Runner,
  type RunningServer,
  type ServedOperation,
  type ServerTransport,
} from '@ts-chassis/core';
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
  /** Calls that are not over, those whose streams are read among them. */
  readonly #running = new Set<Invocation>();
  #unanswered = 0;
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
    if (this.#unanswered === 0) return Promise.resolve();
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
        arguments: () => receivedArguments(call, operation),
      },
      ...(trusted && { deadline: call.deadline, context: sentContext(call) }),
      headers: call.headers,
    });
    invocation.linkTo(call);
    const reply = await this.#answered(invocation, runner);
    const settled = settle(reply, () => this.#end(invocation));
    return receivedReply(settled, { sent: operation, received: call.operation });
  }

  async #answered(invocation: Invocation, runner: Runner): Promise<Reply> {
    this.#running.add(invocation);
    this.#unanswered += 1;
    try {
      return await runner.run(invocation);
    } catch (error) {
      this.#end(invocation);
      throw receivedFailure(error);
    } finally {
      this.#unanswered -= 1;
      if (this.#unanswered === 0) for (const resolve of this.#drained.splice(0)) resolve();
    }
  }

  #end(invocation: Invocation): void {
    this.#running.delete(invocation);
    invocation.unlink();
  }
}

/** As over a wire: what an `x-cse-context` among its headers says counts too. */
function sentContext(call: Invocation): PropagatedContext {
  return readPropagation(HeaderMap.of(writePropagation(call, call.source.service, 0))).context;
}
