import { ChassisError, coreError, HeaderMap, type Disposer, type Invocation, type Reply } from '@ts-chassis/core';
import type { Dispatcher } from 'undici';
import { codingsOf, type Coding } from '../binding/content-coding.js';
import { restError } from '../codes.js';
import { AnswerDecoding } from './answer-decoding.js';
import type { AnswerShape, CallLimits } from './answer-shape.js';
import { BodyFeed } from './body-feed.js';
import { contentEncodingOf, headerMapOf, saysJson } from './raw-headers.js';
import { toError } from './to-reply.js';

/**
 * One try of one call, as undici drives it. It speaks undici's older interface: that hands headers over unparsed, and backpressure is
 * what a method gives back.
 */
export class CallHandler implements Dispatcher.DispatchHandler {
  readonly reply: Promise<Reply>;
  /** Whether something of an answer arrived; before that the request may be tried again. */
  answered = false;
  #resolve!: (reply: Reply | Promise<Reply>) => void;
  #reject!: (error: unknown) => void;
  #abort: ((reason: Error) => void) | undefined = undefined;
  #resume: (() => void) | undefined = undefined;
  #cancelled: Error | undefined = undefined;
  #status = 0;
  #headers = HeaderMap.empty;
  #isJson = false;
  #chunks: Buffer[] | undefined = undefined;
  #size = 0;
  #feed: BodyFeed | undefined = undefined;
  #codings: readonly Coding[] | undefined = undefined;
  #decoding: AnswerDecoding | undefined = undefined;
  readonly #stopWatching: Disposer;

  constructor(
    private readonly invocation: Invocation,
    private readonly shape: AnswerShape,
    private readonly limits: CallLimits,
  ) {
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#stopWatching = invocation.onCancel((reason) => this.#stop(this.#cancellation(reason)));
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.#cancelled) abort(this.#cancelled);
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    this.answered = true;
    if (status < 200) return true;
    this.#status = status;
    this.#headers = headerMapOf(rawHeaders);
    this.#isJson = saysJson(rawHeaders);
    const encoding = contentEncodingOf(rawHeaders);
    if (encoding !== undefined) this.#decode(encoding);
    this.#resume = resume;
    const { operation } = this.invocation;
    if (!this.shape.isFailure(status) && this.shape.streams(operation, this.#headers, status)) {
      this.#feed = new BodyFeed({ resume: () => this.#goOn(), abort: (reason) => this.#leave(reason) });
      const head = { status, headers: this.#headers };
      this.#conclude(() => this.shape.streamed(operation, head, { feed: this.#feed!, limits: this.limits }));
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (!this.#codings) return this.#take(chunk);
    this.#decoding ??= new AnswerDecoding(this.#codings, {
      data: (decoded) => this.#take(decoded),
      end: () => this.#end(),
      fail: (error) => {
        this.#stopWatching();
        this.#stop(this.#undecodable(error));
      },
      drained: () => this.#resume?.(),
    });
    return this.#decoding.write(chunk);
  }

  onComplete(): void {
    if (this.#decoding) this.#decoding.end();
    else this.#end();
  }

  #take(chunk: Buffer): boolean {
    if (this.#feed) return this.#feed.push(chunk);
    this.#size += chunk.length;
    if (this.#size <= this.limits.maxBodyBytes) this.#keep(chunk);
    else if (!this.shape.isFailure(this.#status)) this.#stop(this.#tooLarge());
    else {
      // Enough to tell what went wrong; the rest is not waited for.
      this.#whole();
      this.#leave(new Error('the body of the failure is too large'));
    }
    return true;
  }

  #end(): void {
    this.#stopWatching();
    if (this.#feed) this.#feed.end();
    else this.#whole();
  }

  onError(error: Error): void {
    this.#stopWatching();
    this.#decoding?.destroy();
    const failure = this.#cancelled ?? error;
    if (!this.#feed) this.#reject(failure);
    else if (ChassisError.is(failure)) this.#feed.fail(failure);
    else {
      const message = `${this.invocation.operation.id}: the reply broke off: ${failure.message}`;
      this.#feed.fail(coreError('CALL_FAILED', message, { cause: failure }));
    }
  }

  onUpgrade(): void {
    this.#abort?.(new Error('an upgrade that nobody asked for'));
  }

  /** Nearly every body comes in one piece. */
  #keep(chunk: Buffer): void {
    if (this.#chunks) this.#chunks.push(chunk);
    else this.#chunks = [chunk];
  }

  #whole(): void {
    const chunks = this.#chunks ?? [];
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const answer = { status: this.#status, headers: this.#headers, body, isJson: this.#isJson };
    const { operation } = this.invocation;
    this.#conclude(() => {
      const reply = this.shape.whole(operation, answer);
      if (!this.shape.isFailure(answer.status)) return reply as Reply | Promise<Reply>;
      throw toError(operation, answer, { reply, nowMs: this.limits.now() });
    });
  }

  #conclude(make: () => Reply | Promise<Reply>): void {
    try {
      this.#resolve(make());
    } catch (error) {
      this.#reject(error);
    }
  }

  /** Ends the request itself. */
  #stop(reason: Error): void {
    this.#cancelled ??= reason;
    this.#reject(reason);
    this.#feed?.fail(reason);
    this.#leave(reason);
  }

  #leave(reason: Error): void {
    this.#decoding?.destroy();
    this.#abort?.(reason);
  }

  /** The reader wants more. */
  #goOn(): void {
    if (this.#decoding) this.#decoding.resume();
    else this.#resume?.();
  }

  /** What is passed on is decoded, so that its headers may not say otherwise. A coding that nobody here knows is left to the reader. */
  #decode(encoding: string): void {
    try {
      this.#codings = codingsOf(encoding);
    } catch {
      return;
    }
    if (this.#codings.length === 0) this.#codings = undefined;
    else this.#headers = this.#headers.without('content-encoding').without('content-length');
  }

  #undecodable(cause: Error): Error {
    const message = `${this.invocation.operation.id}: the reply is not in the coding that its headers say: ${cause.message}`;
    return restError('REPLY_INVALID', message, { remote: true, cause });
  }

  #cancellation(reason: unknown): Error {
    if (ChassisError.is(reason)) return reason;
    return coreError('CALL_CANCELLED', `${this.invocation.operation.id}: cancelled`, { cause: reason });
  }

  #tooLarge(): Error {
    const message = `${this.invocation.operation.id}: the reply is larger than ${this.limits.maxBodyBytes} bytes`;
    return restError('REPLY_INVALID', message, { remote: true });
  }
}
