import { isStream } from '../invocation/settle.js';
import { endSource } from '../invocation/streams.js';
import { pointerStep } from '../schema/json-pointer.js';
import type { Operation, Parameter } from '../schema/operation.js';
import type { Fault, ValueType } from '../schema/value-type.js';
import { argumentRefusal } from './argument-refusal.js';

type ArgumentType = Pick<ValueType, 'async' | 'validate'>;

/**
 * How the value of a parameter is checked: against its declared type; the items of a stream one by one, when they are read; and files and
 * streams of bytes, which are the transport's own objects, not at all.
 */
export function argumentTypeOf(operation: Operation, parameter: Parameter): ArgumentType {
  if (parameter.place === 'file' || parameter.stream === 'bytes' || parameter.stream === 'parts') return asItIs;
  return parameter.stream === 'items' ? new ItemsType(operation, parameter.schema) : parameter.schema;
}

const asItIs: ArgumentType = { async: false, validate: (value) => value };

/** A list is taken for a stream: transports that have no streams hand one over. */
class ItemsType implements ArgumentType {
  readonly async = false;

  constructor(
    private readonly operation: Operation,
    private readonly item: ValueType,
  ) {}

  validate(value: unknown, at: { readonly place: string; readonly pointer: string }, faults: Fault[]): unknown {
    if (isStream(value)) return new CheckedItems(value, this.operation, this.item);
    if (Array.isArray(value)) return new CheckedItems(listed(value as unknown[]), this.operation, this.item);
    faults.push({ ...at, expected: 'a stream', got: typeof value, message: 'expected a stream or a list of items' });
    return undefined;
  }
}

async function* listed(items: readonly unknown[]): AsyncIterable<unknown> {
  yield* items;
}

/** Passes on the items of a request that fit; the first that does not ends the reading with `ARGUMENT_INVALID`. */
class CheckedItems implements AsyncIterableIterator<unknown> {
  readonly #items: AsyncIterator<unknown>;
  #count = 0;

  constructor(
    private readonly source: AsyncIterable<unknown>,
    private readonly operation: Operation,
    private readonly type: ValueType,
  ) {
    this.#items = source[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    const item = await this.#items.next();
    if (item.done) return item;
    const faults: Fault[] = [];
    const pointer = pointerStep(this.#count++);
    const value: unknown = await this.type.validate(item.value, { place: 'body', pointer }, faults);
    if (faults.length === 0) return { done: false, value };
    await this.return();
    throw argumentRefusal(this.operation, faults);
  }

  return(value?: unknown): Promise<IteratorResult<unknown>> {
    return endSource(this.source, this.#items, value);
  }
}
