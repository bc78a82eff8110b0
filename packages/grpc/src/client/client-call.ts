import { ChassisError, coreError, HeaderMap, type Disposer, type Invocation, type Reply } from '@ts-chassis/core';
import type { InterceptingListener, Metadata, StatusObject } from '@grpc/grpc-js';
import type { MethodPlan } from '../binding/method-plan.js';
import { grpcError } from '../codes.js';
import type { EndpointChannel, OpenCall, RawCall } from './endpoint-channel.js';
import { headersOf } from './received-metadata.js';
import { RequestWriter, sourceFailure } from './request-writer.js';
import { isUnreachable, type CallErrors } from './to-error.js';

/** What one call is made with. */
export interface CallParts {
  readonly invocation: Invocation;
  readonly plan: MethodPlan;
  readonly channel: EndpointChannel;
  readonly errors: CallErrors;
}

const OK = 0;
const CANCELLED = 1;
/** grpc-js only reads it. */
const NO_CONTEXT = {};

/** One try of one call, as grpc-js drives it. What becomes of the answer is said by its kind. */
export abstract class ClientCall implements InterceptingListener, OpenCall {
  readonly reply: Promise<Reply>;
  protected readonly plan: MethodPlan;
  protected headers = HeaderMap.empty;
  protected over = false;
  protected resolve!: (reply: Reply | Promise<Reply>) => void;
  protected reject!: (error: unknown) => void;
  readonly #invocation: Invocation;
  readonly #channel: EndpointChannel;
  readonly #errors: CallErrors;
  readonly #raw: RawCall;
  #writer: RequestWriter | undefined = undefined;
  #stopWatching: Disposer | undefined = undefined;

  constructor({ invocation, plan, channel, errors }: CallParts) {
    this.#invocation = invocation;
    this.plan = plan;
    this.#channel = channel;
    this.#errors = errors;
    this.reply = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.#raw = channel.open(plan.path, this);
  }

  /** @param request - the one message; undefined for a stream of them */
  start(metadata: Metadata, request: Buffer | undefined): void {
    const raw = this.#raw;
    this.#stopWatching = this.#invocation.onCancel((reason) => this.cancel(this.#cancellation(reason)));
    // it may have been cancelled before
    if (this.over) return;
    raw.start(metadata, this);
    raw.startRead();
    if (request) {
      raw.sendMessageWithContext(NO_CONTEXT, request);
      raw.halfClose();
    } else this.#write();
  }

  onReceiveMetadata(metadata: Metadata): void {
    if (this.over) return;
    this.headers = headersOf(metadata);
    this.opened();
  }

  abstract onReceiveMessage(message: Buffer): void;

  onReceiveStatus(status: StatusObject): void {
    if (this.over) return;
    if (status.code === OK) {
      this.#finish();
      return this.succeed(status.metadata);
    }
    if (isUnreachable(status)) this.#channel.dead();
    this.#finish();
    this.fail(this.#failure(status));
  }

  /** Ends the call itself. */
  cancel(reason: Error): void {
    if (this.over) return;
    this.#finish();
    const raw = this.#raw;
    raw.cancelWithStatus(CANCELLED, 'the caller gave up');
    // grpc-js prepares metadata in promises, behind which it opens a stream even for a call that was cancelled meanwhile: that one is met then
    setImmediate(() => raw.cancelWithStatus(CANCELLED, 'the caller gave up'));
    this.#channel.cancelled();
    this.fail(reason);
  }

  /** Its headers are there. */
  protected opened(): void {}

  /** The callee ended it well. */
  protected abstract succeed(trailers: Metadata): void;

  protected abstract fail(error: Error): void;

  protected read(): void {
    this.#raw.startRead();
  }

  /** What the answer is not. */
  protected invalid(what: string): ChassisError {
    return grpcError('REPLY_INVALID', `${this.#invocation.operation.id}: ${what}`, { remote: true });
  }

  #write(): void {
    const { plan } = this;
    const source = this.#invocation.args[plan.streamed!] as AsyncIterable<unknown>;
    try {
      this.#writer = new RequestWriter(this.#raw, plan, source);
    } catch (error) {
      return this.cancel(sourceFailure(error, plan));
    }
    void this.#writer.run((error) => this.cancel(error));
  }

  #finish(): void {
    this.over = true;
    this.#stopWatching?.();
    this.#writer?.stop();
    this.#channel.ended(this);
  }

  #failure(status: StatusObject): ChassisError {
    const { headers } = this;
    return this.#errors.of(this.#invocation, { status, headers, where: this.#channel.where });
  }

  #cancellation(reason: unknown): Error {
    if (ChassisError.is(reason)) return reason;
    return coreError('CALL_CANCELLED', `${this.#invocation.operation.id}: cancelled`, { cause: reason });
  }
}
