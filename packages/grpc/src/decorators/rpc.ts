import { annotate, RpcKey, type RpcMark } from '@ts-chassis/core';

/**
 * Makes a method a method of gRPC: `/{schema id}/{operation}` unless said otherwise, as go-chassis calls it. Whether it streams, and which way,
 * follows from its declaration: a parameter that is a stream of items, and `@Returns(..., { stream: true })`.
 *
 * @param names - other names: those that a given `.proto` has
 *
 * @example
 * ```ts
 * @Rpc() @Returns(Book)
 * find(@Arg('isbn') isbn: string): Promise<Book> { return remote(); }
 * ```
 */
export function Rpc(names: RpcMark = {}): MethodDecorator {
  return (target, member) => annotate(target, RpcKey, { value: names, member });
}
