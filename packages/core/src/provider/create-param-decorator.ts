import type { Invocation } from '../invocation/invocation.js';
import type { ParameterOptions } from '../schema/arg.js';
import { annotateParameter } from '../schema/parameter-mark.js';

/**
 * What {@link createParamDecorator} makes: a decorator that takes its data, which may be left out where the function takes `undefined` too.
 *
 * @example
 * ```ts
 * const Tenant: ParamDecoratorFactory<unknown> = createParamDecorator((_data, { headers }) => headers.get('x-tenant'));
 * ```
 */
export type ParamDecoratorFactory<Data> = (
  ...said: undefined extends Data ? [data?: Data, options?: ParameterOptions] : [data: Data, options?: ParameterOptions]
) => ParameterDecorator;

/**
 * Makes a decorator for a parameter whose value the server makes itself: who calls, something a handler left behind, a part of the raw
 * request. Nest's name and meaning, for every protocol. Such a parameter stands after what callers pass and is declared optional, so
 * that callers leave it out; nothing of it travels and documents do not show it.
 *
 * The value is made after the other arguments were read and found sound, so `invocation.args` may be read; the results of two such
 * parameters do not see each other. It may be promised. What the function throws is the failure of the call.
 *
 * @param make - makes the value from the data the decorator was given and the invocation
 * @param options - `type` and limits that the value is checked by when it is not undefined, and its `default`; what a use says beside its
 * data wins. Default: not checked
 *
 * @example
 * ```ts
 * export const CurrentUser = createParamDecorator((field: keyof User | undefined, invocation) => {
 *   const user = invocation.principal as User | undefined;
 *   if (!user) throw Unauthenticated('nobody is logged in');
 *   return field ? user[field] : user;
 * });
 *
 * @Get('/mine') @Returns([Book])
 * mine(@CurrentUser('id') userId?: string): Promise<Book[]> { return this.books.of(userId!); }
 * ```
 */
export function createParamDecorator<Data = unknown>(
  make: (data: Data, invocation: Invocation) => unknown,
  options: ParameterOptions = {},
): ParamDecoratorFactory<Data> {
  return (data?: Data, own: ParameterOptions = {}) => {
    const resolve = (invocation: Invocation): unknown => make(data as Data, invocation);
    return (target, member, index) =>
      annotateParameter({ target, member, index }, { ...options, ...own, place: 'custom', resolve });
  };
}
