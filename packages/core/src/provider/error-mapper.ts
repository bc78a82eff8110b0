import { failureOf } from '../chain/failure-of.js';
import { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import { isReply } from '../invocation/reply.js';
import { endSource } from '../invocation/streams.js';
import type { Operation } from '../schema/operation.js';
import type { Logger } from '../telemetry/logger.js';
import { MapErrorsKey, type ErrorMapping, type MappedError } from './error-mapping.js';

/** What all operations of an application map errors with. */
export interface ErrorMapperOptions {
  /** Those of the application, asked last. */
  readonly mappings: readonly ErrorMapping[];
  readonly logger: Logger;
}

/** Says what becomes of the errors of one operation; its mappings are put together once. */
export class ErrorMapper {
  constructor(
    private readonly operation: Operation,
    private readonly mappings: readonly ErrorMapping[],
    private readonly logger: Logger,
  ) {}

  /** The mapper of an operation; undefined when nothing is mapped there. */
  static of(operation: Operation, { mappings, logger }: ErrorMapperOptions): ErrorMapper | undefined {
    const own = operation.read(MapErrorsKey) ?? [];
    const all = [...own, ...(operation.schema.read(MapErrorsKey) ?? []), ...mappings];
    return all.length > 0 ? new ErrorMapper(operation, all, logger) : undefined;
  }

  /** What the first mapping that fits and has something to say makes of an error. */
  async map(error: unknown, invocation: Invocation): Promise<MappedError> {
    // a reply that means failure is what the method wanted to say
    if (ChassisError.is(error) && error.reply !== undefined && !error.remote) return undefined;
    for (const mapping of this.mappings) {
      if (!(error instanceof mapping.type)) continue;
      const outcome = await this.#ask(mapping, error, invocation);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** A stream whose failure is mapped. */
  stream(source: AsyncIterable<unknown>, invocation: Invocation): AsyncIterable<unknown> {
    return new MappedStream(source, async (error) => {
      const outcome = await this.map(error, invocation);
      return ChassisError.is(outcome) ? outcome : failureOf(error, invocation);
    });
  }

  async #ask({ type, map }: ErrorMapping, error: unknown, invocation: Invocation): Promise<MappedError> {
    try {
      const outcome: unknown = await map(error as never, invocation);
      if (outcome === undefined || ChassisError.is(outcome) || isReply(outcome)) return outcome;
      throw new TypeError(`expected a ChassisError, a reply made by replyWith, or nothing; got ${typeof outcome}`);
    } catch (failure) {
      if (ChassisError.is(failure)) return failure;
      this.logger.error('an error could not be mapped', {
        operation: this.operation.id,
        mapping: type.name,
        error: failure,
      });
      return new ChassisError('INTERNAL', 'internal error', { cause: error });
    }
  }
}

class MappedStream implements AsyncIterableIterator<unknown> {
  readonly #source: AsyncIterable<unknown>;
  readonly #items: AsyncIterator<unknown>;
  readonly #failure: (error: unknown) => Promise<ChassisError>;

  constructor(source: AsyncIterable<unknown>, failure: (error: unknown) => Promise<ChassisError>) {
    this.#source = source;
    this.#items = source[Symbol.asyncIterator]();
    this.#failure = failure;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    try {
      return await this.#items.next();
    } catch (error) {
      throw await this.#failure(error);
    }
  }

  return(value?: unknown): Promise<IteratorResult<unknown>> {
    return endSource(this.#source, this.#items, value);
  }
}
