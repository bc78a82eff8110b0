import type { ChainPlanner } from '../chain/planner.js';
import type { Clock } from '../clock/clock.js';
import type { Live } from '../config/config.js';
import { coreError } from '../errors/core-error.js';
import type { Next, Runner } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import { settle } from '../invocation/settle.js';
import type { Invocation, InvocationSource } from '../invocation/invocation.js';
import type { Operation } from '../schema/operation.js';
import type { ClientTransport } from '../transport/client-transport.js';
import type { LocalOperations } from '../transport/local-operations.js';
import type { CallOptions } from './call-options.js';
import type { CallTarget } from './call-target.js';
import { ownOf, type ConsumerSettings } from './consumer-section.js';
import { IN_PROCESS } from './in-process.js';
import { send } from './send.js';
import { endpointOf, toInvocation } from './to-invocation.js';

/**
 * What a {@link Consumer} works with; applications make theirs themselves.
 *
 * @example
 * ```ts
 * const options: ConsumerOptions = { planner, clock, service: 'orders', settings, transports, local };
 * ```
 */
export interface ConsumerOptions {
  readonly planner: ChainPlanner;
  readonly clock: Clock;
  /** Our own service's name. */
  readonly service: string;
  readonly settings: Live<ConsumerSettings>;
  /** By protocol, `in-process` among them. */
  readonly transports: ReadonlyMap<string, ClientTransport>;
  readonly local: LocalOperations;
  /** Whether a handler `timeout` is installed, which ends calls at the time that go-chassis's keys grant; default no. */
  isTimed?(): boolean;
}

/**
 * Calls operations of services through the consumer chain. Clients, invokers and protocol packages are built on it.
 *
 * @example
 * ```ts
 * const reply = await consumer.call({ service: 'catalog', operation }, ['9780262033848'], { timeoutMs: 200 });
 * ```
 */
export class Consumer {
  readonly #last: Next;
  readonly #source: InvocationSource;
  readonly #runners = new WeakMap<Operation, Map<string, Runner>>();

  constructor(private readonly options: ConsumerOptions) {
    this.#last = send(options.transports);
    this.#source = { service: options.service, protocol: '', trusted: true };
  }

  /**
   * Calls an operation with positional arguments.
   *
   * @throws ChassisError of the callee (`remote`), of the chain, of the transport; `CALL_DEADLINE`, `CALL_CANCELLED`, `NO_INSTANCE`
   */
  call(target: CallTarget, args: readonly unknown[], options: CallOptions = {}): Promise<Reply> {
    try {
      return this.#run(target, args, options);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /**
   * Plans the chain of a call that will be made, so that what cannot work shows before; else the first call does.
   *
   * @throws ChassisError `CHAIN_INVALID`, `PLUGIN_MISSING`, `CHAIN_PLAN_FAILED`
   */
  plan(target: CallTarget, chain?: string): void {
    this.#runner(target, chain);
  }

  #run(target: CallTarget, args: readonly unknown[], options: CallOptions): Promise<Reply> {
    const { clock } = this.options;
    const settings = this.options.settings.value;
    const listener = this.#listener(target, options, settings);
    const runner = this.#runner(target, options.chain);
    const isTimed = this.options.isTimed?.() ?? false;
    const caller = { clock, source: this.#source, settings, listener, isTimed };
    const invocation = toInvocation({ target, args, options }, caller);
    const running = runner.run(invocation);
    return isTied(invocation, options) ? unlinkAfter(running, invocation) : running;
  }

  #runner({ service, operation }: CallTarget, chain: string | undefined): Runner {
    let runners = this.#runners.get(operation);
    if (!runners) this.#runners.set(operation, (runners = new Map()));
    const key = chain === undefined ? service : `${service}\n${chain}`;
    let runner = runners.get(key);
    if (!runner) {
      runner = this.options.planner.runner({
        side: 'consumer',
        ...{ operation, service },
        last: this.#last,
        ...(chain !== undefined && { chain }),
      });
      runners.set(key, runner);
    }
    return runner;
  }

  /** The listener to call: `in-process` for our own service unless a protocol, port or endpoint is asked for. */
  #listener({ service, operation }: CallTarget, options: CallOptions, settings: ConsumerSettings): string {
    const asked = options.protocol ?? ownOf(settings.services, service)?.protocol;
    const pinned = asked !== undefined || options.port !== undefined || options.endpoint !== undefined;
    if (!pinned && this.#livesHere(service, settings) && this.options.local.find(operation.schema.id, operation.name))
      return IN_PROCESS;
    if (asked === undefined && options.endpoint !== undefined) return endpointOf(options.endpoint).listener;
    const protocol = asked ?? this.#protocolOf(operation);
    return options.port === undefined ? protocol : `${protocol}-${options.port}`;
  }

  #livesHere(service: string, settings: ConsumerSettings): boolean {
    return service === this.options.service || settings.inProcess.includes(service);
  }

  #protocolOf(operation: Operation): string {
    for (const [protocol, transport] of this.options.transports) {
      if (protocol !== IN_PROCESS && (transport.speaks?.(operation) ?? true)) return protocol;
    }
    throw coreError(
      'NO_TRANSPORT',
      `${operation.id}: no listed plug-in speaks a protocol of this operation; list rest() or grpc()`,
    );
  }
}

/** Whether something that may outlive the call was told to cancel it. */
function isTied(invocation: Invocation, options: CallOptions): boolean {
  return invocation.parent !== undefined || options.signal !== undefined;
}

async function unlinkAfter(running: Promise<Reply>, invocation: Invocation): Promise<Reply> {
  try {
    return settle(await running, () => invocation.unlink());
  } catch (error) {
    invocation.unlink();
    throw error;
  }
}
