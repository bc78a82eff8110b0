import type { HeaderMap, Reply } from '@ts-chassis/core';
import type { Metadata } from '@grpc/grpc-js';
import { ClientCall } from './client-call.js';
import { headersOf } from './received-metadata.js';
import { resultOf } from './result-of.js';

/** A call that is answered with one message. */
export class UnaryCall extends ClientCall {
  #message: Buffer | undefined = undefined;

  onReceiveMessage(message: Buffer): void {
    if (this.over) return;
    if (this.#message) return this.cancel(this.invalid('answered with more than one message'));
    this.#message = message;
    // there is no other, but without asking for it one that is there would keep the end away
    this.read();
  }

  protected succeed(trailers: Metadata): void {
    if (!this.#message) return this.fail(this.invalid('answered without a message'));
    try {
      const value = resultOf(this.plan, this.#message);
      if (value instanceof Promise) this.resolve(value.then((own: unknown) => this.#replyOf(own, trailers)));
      else this.resolve(this.#replyOf(value, trailers));
    } catch (error) {
      this.reject(error);
    }
  }

  protected fail(error: Error): void {
    this.reject(error);
  }

  #replyOf(value: unknown, trailers: Metadata): Reply {
    return new UnaryReply(value, this.headers, headersOf(trailers));
  }
}

/** A class, so that every reply has one shape. */
class UnaryReply implements Reply {
  constructor(
    readonly value: unknown,
    readonly headers: HeaderMap,
    readonly trailers: HeaderMap,
  ) {}
}
