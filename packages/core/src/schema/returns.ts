import { annotate } from '../metadata/annotate.js';
import { ReturnsKey } from './operation-keys.js';
import type { Spec, TypeOf } from './spec.js';

/**
 * What a {@link Returns} may say beside the type.
 *
 * @example
 * ```ts
 * const options: ReturnsOptions = { stream: true, description: 'all books, oldest first' };
 * ```
 */
export interface ReturnsOptions {
  /** Whether items are sent one after another; the method gives an `AsyncIterable` of them. Default false. */
  readonly stream?: boolean;
  readonly description?: string;
}

/** A `Reply`, known by its shape: that class lives in a room above this one. */
interface ReplyShape {
  readonly value: unknown;
  readonly headers: object;
}

/** An item of a stream with more to say than its value, known by its shape as well. */
interface ItemShape<T> {
  readonly value: T | string | undefined;
  readonly data: T | undefined;
}

/** A Node or web stream: what it carries is not known to the compiler. */
interface StreamShape {
  pipe(...args: never[]): unknown;
}
interface WebStreamShape {
  getReader(...args: never[]): unknown;
}

type Value<T> = T | ReplyShape;
type Items<T> = AsyncIterable<T | ItemShape<T>> | ReplyShape | StreamShape | WebStreamShape;

/** What a method may give back that is declared to return `T`. */
type Given<T, O> = O extends { readonly stream: true } ? Items<T> | Promise<Items<T>> : Value<T> | Promise<Value<T>>;

/** The compiler's complaint: a decorator that gives back something else than the method's type. */
interface ReturnsMismatch<T> {
  readonly 'the method does not return what @Returns declares': T;
}

type Checked<M, T, O> = M extends (...args: never[]) => infer R
  ? [R] extends [Given<T, O>]
    ? void
    : ReturnsMismatch<T>
  : ReturnsMismatch<T>;

/**
 * A method decorator that the compiler accepts only on methods whose result fits.
 *
 * @example
 * ```ts
 * const ReturnsBook: ReturnsDecorator<Book, object> = Returns(Book);
 * ```
 */
export type ReturnsDecorator<T, O> = <M>(
  target: object,
  member: string | symbol,
  method: TypedPropertyDescriptor<M>,
) => Checked<M, T, O>;

/**
 * Declares what a method gives back: only the fields of that type are sent, documents and clients know it, and the compiler
 * refuses it on a method that returns something else. `@Returns()` declares that nothing comes back (204 over HTTP).
 *
 * @param spec - a class, a list `[Book]`, `String`, a Standard Schema, ...; of one item for a stream
 * @param options - default: one value, no description
 *
 * @example
 * ```ts
 * @Get('/:isbn') @Returns(Book)
 * find(@Param('isbn') isbn: string): Promise<Book> { return remote(); }
 *
 * @Get() @Returns(Book, { stream: true })
 * list(): AsyncIterable<Book> { return remote(); }
 * ```
 */
export function Returns(): ReturnsDecorator<void | undefined, object>;
export function Returns<const S extends Spec, const O extends ReturnsOptions = object>(
  spec: S,
  options?: O,
): ReturnsDecorator<TypeOf<S>, O>;
export function Returns(spec?: Spec, options: ReturnsOptions = {}): never {
  const mark = { spec, stream: options.stream ?? false, description: options.description };
  return ((target: object, member: string | symbol) => annotate(target, ReturnsKey, { value: mark, member })) as never;
}
