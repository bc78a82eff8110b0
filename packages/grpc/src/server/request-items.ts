import type { MethodPlan } from '../binding/method-plan.js';
import type { MessageReader } from './message-reader.js';

/** The items that a caller streams, decoded as they are asked for. */
export class RequestItems implements AsyncIterableIterator<unknown> {
  #isDone = false;

  constructor(
    private readonly plan: MethodPlan,
    private readonly reader: MessageReader,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    const bytes = this.#isDone ? undefined : await this.reader.read();
    if (bytes === undefined) return { done: true, value: undefined };
    return { done: false, value: this.plan.messageToItem(this.plan.decodeRequest(bytes)) };
  }

  /** Whoever wants no more of them: what still comes is thrown away. */
  return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#isDone = true;
    this.reader.close();
    return Promise.resolve({ done: true, value });
  }
}
