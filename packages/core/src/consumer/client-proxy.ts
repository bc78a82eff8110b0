import { isStream } from '../invocation/settle.js';
import type { Operation, SchemaInfo } from '../schema/operation.js';
import type { CallOptions } from './call-options.js';
import type { Consumer } from './consumer.js';
import { endpointOf } from './to-invocation.js';

/**
 * Which contract of which service a client calls, and how all its calls are made.
 *
 * @example
 * ```ts
 * const target: ClientTarget = { schema: readSchema(Catalog), service: 'catalog', options: { timeoutMs: 200 } };
 * ```
 */
export interface ClientTarget {
  readonly schema: SchemaInfo;
  readonly service: string;
  readonly options: CallOptions;
}

/** Under this symbol a client knows how to make another one of itself with more options. */
const REMAKE = Symbol.for('ts-chassis.client');

interface Remakeable {
  [REMAKE](options: CallOptions): object;
}

/**
 * Makes the typed client of a contract: an object with one method for each operation. For plug-ins; classes ask for one with `@Remote`.
 *
 * @example
 * ```ts
 * const catalog = clientOf(services.consumer, { schema: readSchema(Catalog), service: 'catalog', options: {} }) as Client<Catalog>;
 * ```
 */
export function clientOf(consumer: Consumer, { schema, service, options }: ClientTarget): object {
  const { endpoint } = options;
  const target = {
    schema,
    service,
    options: endpoint !== undefined ? { ...options, endpoint: endpointOf(endpoint) } : options,
  };
  const client: Record<string, unknown> = {};
  for (const operation of schema.operations) client[operation.member] = methodOf(consumer, target, operation);
  const remake = (more: CallOptions): object =>
    clientOf(consumer, { ...target, options: joined(target.options, more) });
  return Object.defineProperty(client, REMAKE, { value: remake });
}

/**
 * Plans the chains of a client's calls, so that what cannot work shows before the first.
 *
 * @throws ChassisError as `Consumer.plan`
 */
export function planClient(consumer: Consumer, { schema, service, options }: ClientTarget): void {
  for (const operation of schema.operations) consumer.plan({ service, operation }, options.chain);
}

/**
 * A client with other options for every call made through it: time, headers, tags, protocol, an endpoint without discovery. Make it once
 * and keep it where the options are always the same.
 *
 * @param client - a client injected by `@Remote`
 * @param options - what to change; headers and tags are added to those it has
 *
 * @example
 * ```ts
 * const book = await withOptions(this.catalog, { timeoutMs: 200, tags: { version: '1.1' } }).find(isbn);
 * ```
 */
export function withOptions<T extends object>(client: T, options: CallOptions): T {
  if (!(REMAKE in client)) throw new TypeError('withOptions: expected a client injected by @Remote');
  return (client as Remakeable)[REMAKE](options) as T;
}

function joined(before: CallOptions, after: CallOptions): CallOptions {
  return {
    ...before,
    ...after,
    ...((before.headers ?? after.headers) && { headers: { ...before.headers, ...after.headers } }),
    ...((before.tags ?? after.tags) && { tags: { ...before.tags, ...after.tags } }),
  };
}

function methodOf(consumer: Consumer, { service, options }: ClientTarget, operation: Operation): unknown {
  const target = { service, operation };
  if (operation.result.stream)
    return (...args: unknown[]) => new RemoteStream(() => consumer.call(target, args, options));
  return async (...args: unknown[]) => (await consumer.call(target, args, options)).value;
}

/** A remote stream as its method gives it back: at once; the call is made when the first item is asked for. */
class RemoteStream implements AsyncIterableIterator<unknown> {
  #items: Promise<AsyncIterator<unknown>> | undefined;

  constructor(private readonly open: () => ReturnType<Consumer['call']>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    this.#items ??= this.open().then(({ value }) => (isStream(value) ? value : listed(value))[Symbol.asyncIterator]());
    return (await this.#items).next();
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    const items = await this.#items?.catch(() => undefined);
    this.#items ??= Promise.resolve(listed([])[Symbol.asyncIterator]());
    return (await items?.return?.(value)) ?? { done: true, value };
  }
}

/** What a transport without streams gave back: a list, or one value. */
async function* listed(value: unknown): AsyncIterable<unknown> {
  yield* Array.isArray(value) ? (value as unknown[]) : [value];
}
