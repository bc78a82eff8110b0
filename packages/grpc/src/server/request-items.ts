import type { MethodPlan } from '../binding/method-plan.js';

/** The messages of a request, given when they are asked for. */
export interface RequestMessages {
  /** Whether more came behind the last message that was read. */
  readonly hasMore: boolean;
  /**
   * The next message, undefined behind the last.
   *
   * @throws ChassisError for what is no message, and when the client is gone
   */
  read(): Buffer | undefined | Promise<Buffer | undefined>;
  /** Nobody wants more of them: whoever waits learns of it. */
  close(): void;
}

/** The items that a caller streams, decoded as they are asked for. */
export class RequestItems implements AsyncIterableIterator<unknown> {
  #isDone = false;

  constructor(
    private readonly plan: MethodPlan,
    private readonly messages: RequestMessages,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    const bytes = this.#isDone ? undefined : await this.messages.read();
    if (bytes === undefined) return { done: true, value: undefined };
    return { done: false, value: this.plan.messageToItem(this.plan.decodeRequest(bytes)) };
  }

  /** Whoever wants no more of them: what still comes is thrown away. */
  return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#isDone = true;
    this.messages.close();
    return Promise.resolve({ done: true, value });
  }
}
