import { annotateParameter, type ParameterMark } from './parameter-mark.js';
import type { Spec } from './spec.js';

/**
 * What a decorator of a parameter may say beside its name.
 *
 * @example
 * ```ts
 * const options: ParameterOptions = { type: Number, integer: true, default: 20 };
 * ```
 */
export type ParameterOptions = Omit<ParameterMark, 'place' | 'name' | 'stream' | 'maxBytes' | 'file'>;

/**
 * What {@link Arg} takes beside a name.
 *
 * @example
 * ```ts
 * const options: ArgOptions = { type: NewBook, stream: true };
 * ```
 */
export type ArgOptions = ParameterOptions & {
  readonly type?: Spec;
  /** Whether its items are handed over as they come, as an `AsyncIterable`; `type` is then that of one item. Default false. */
  readonly stream?: boolean;
};

/**
 * Declares a parameter of an operation that has no places, as REST has: it travels by its name.
 *
 * @param name - default: the parameter's own name
 * @param options - its type where the compiler's says too little, limits, default, texts; `stream` for the items of an `AsyncIterable`, `type` then
 *   being that of one item
 *
 * @example
 * ```ts
 * @Rpc() @Returns(Number)
 * convert(@Arg('amount') amount: number, @Arg('to', { default: 'EUR' }) to: string): Promise<number> { return remote(); }
 * ```
 */
export function Arg(name?: string, options: ArgOptions = {}): ParameterDecorator {
  const { stream, ...said } = options;
  return (target, member, index) =>
    annotateParameter(
      { target, member, index },
      { ...said, ...(stream && { stream: 'items' as const }), place: 'argument', name },
    );
}
