import { annotate, type Newable, type PolicyKind, type Side } from '@ts-chassis/core';

/**
 * A method that a policy can stand around: it answers later.
 *
 * @example
 * ```ts
 * const find: AsyncMethod = async (isbn: never) => isbn;
 * ```
 */
export type AsyncMethod = (...args: never[]) => Promise<unknown> | AsyncIterable<unknown>;

/**
 * What policy decorators are: for a class, which means all of its methods, or for one method.
 *
 * @example
 * ```ts
 * const decorator: PolicyDecorator = Timeout(800);
 * ```
 */
export interface PolicyDecorator {
  (target: Newable): void;
  <M extends AsyncMethod>(target: object, member: string, descriptor: TypedPropertyDescriptor<M>): void;
}

/**
 * Options that every policy decorator takes.
 *
 * @example
 * ```ts
 * const options: SideOptions = { side: 'consumer' };
 * ```
 */
export interface SideOptions {
  /** The side on which it acts; default the sides where its kind is at home. */
  readonly side?: Side;
}

/**
 * The decorator of a kind that writes these fields; those left out are asked for elsewhere.
 *
 * @param kind - made by `definePolicy`
 * @param fields - what it says
 * @param options - the side, where it is not to be all at home
 *
 * @example
 * ```ts
 * const Quiet = (level: number) => policyDecorator(QuietPolicy, { level });
 * ```
 */
export function policyDecorator<T extends object>(
  kind: PolicyKind<T>,
  fields: Partial<T>,
  { side }: SideOptions = {},
): PolicyDecorator {
  return (target: object, member?: string): void =>
    annotate(target, kind.key, {
      value: { fields, ...(side && { side }) },
      ...(member !== undefined && { member }),
    });
}
