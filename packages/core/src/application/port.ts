/**
 * A typed place where plug-ins put extensions by name: strategies, filters, codecs. The package that reads them exports it.
 *
 * @example
 * ```ts
 * export const CodecPort = port<Codec>('codec');
 * host.extend(CodecPort, 'msgpack', () => new MessagePack());
 * ```
 */
export interface Port<T> {
  readonly name: string;
  /** Never set: carries the type. */
  readonly type?: T;
}

/**
 * Makes a port; compared by identity.
 *
 * @param name - for messages
 *
 * @example
 * ```ts
 * const StrategyPort = port<Strategy>('load balancing strategy');
 * ```
 */
export function port<T>(name: string): Port<T> {
  return { name };
}
