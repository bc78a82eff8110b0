import { coreError, isStream, type Endpoint, type Invocation, type Operation, type Reply } from '@ts-chassis/core';
import type { MethodPlan } from '../binding/method-plan.js';
import { grpcError } from '../codes.js';
import { CallMetadata } from './call-metadata.js';
import { Channels, type ChannelParts } from './channels.js';
import type { ClientCall } from './client-call.js';
import type { EndpointChannel } from './endpoint-channel.js';
import { HeaderArguments } from './header-arguments.js';
import { StreamingCall } from './streaming-call.js';
import { CallErrors } from './to-error.js';
import { UnaryCall } from './unary-call.js';

/** What calls are made with. */
export interface CallerParts extends ChannelParts {
  readonly protos: { planOf(operation: Operation): MethodPlan | undefined };
}

/** What calls of one operation have in common, decided at the first. */
interface CallPlan {
  readonly method: MethodPlan;
  readonly headerArguments: HeaderArguments | undefined;
}

/** Makes calls; the part of the client that needs grpc-js. */
export class Caller {
  readonly #channels: Channels;
  readonly #plans = new WeakMap<Operation, CallPlan>();
  readonly #metadata = new CallMetadata();
  readonly #errors = new CallErrors();

  constructor(private readonly parts: CallerParts) {
    this.#channels = new Channels(parts);
  }

  call(invocation: Invocation): Promise<Reply> {
    try {
      const { operation, endpoint } = invocation;
      const plan = this.#plans.get(operation) ?? this.#plan(operation);
      if (!endpoint) throw coreError('NO_INSTANCE', `${operation.id}: no endpoint was picked`);
      const channel = this.#channels.of(endpoint, invocation);
      return channel instanceof Promise
        ? channel.then((made) => this.#start(made, plan, invocation))
        : this.#start(channel, plan, invocation);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  release(endpoint: Endpoint): void {
    this.#channels.release(endpoint);
  }

  close(signal?: AbortSignal): Promise<void> {
    return this.#channels.close(signal);
  }

  #start(channel: EndpointChannel, { method, headerArguments }: CallPlan, invocation: Invocation): Promise<Reply> {
    if (method.requestStream) requireStream(method, invocation.args[method.streamed!]);
    const request = method.requestStream ? undefined : method.encodeRequest(method.toMessage(invocation.args));
    const metadata = this.#metadata.of(invocation, headerArguments, this.parts.clock.elapsed());
    const parts = { invocation, plan: method, channel, errors: this.#errors };
    const call: ClientCall = method.responseStream ? new StreamingCall(parts) : new UnaryCall(parts);
    call.start(metadata, request);
    return call.reply;
  }

  #plan(operation: Operation): CallPlan {
    const method = this.parts.protos.planOf(operation);
    if (!method)
      throw coreError('NO_TRANSPORT', `${operation.id}: it has no @Rpc(), so that it cannot be called over gRPC`);
    const plan = { method, headerArguments: HeaderArguments.of(operation) };
    this.#plans.set(operation, plan);
    return plan;
  }
}

function requireStream({ operation, streamed }: MethodPlan, given: unknown): void {
  if (isStream(given)) return;
  const { name } = operation.parameters.find(({ index }) => index === streamed)!;
  const got = given === null ? 'null' : typeof given;
  const message = `${operation.id}: '${name}' is a stream: expected an async iterable, got ${got}`;
  throw grpcError('ARGUMENT_UNSENDABLE', message);
}
