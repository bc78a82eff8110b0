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
 * Declares a parameter of an operation that has no places, as REST has: it travels by its name.
 *
 * @param name - default: the parameter's own name
 * @param options - its type where the compiler's says too little, limits, default, texts
 *
 * @example
 * ```ts
 * @Rpc() @Returns(Number)
 * convert(@Arg('amount') amount: number, @Arg('to', { default: 'EUR' }) to: string): Promise<number> { return remote(); }
 * ```
 */
export function Arg(name?: string, options: ParameterOptions & { readonly type?: Spec } = {}): ParameterDecorator {
  return (target, member, index) =>
    annotateParameter({ target, member, index }, { ...options, place: 'argument', name });
}
