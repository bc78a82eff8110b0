/**
 * Marks an item of a stream that has more to say than its value, as a `Reply` has for a result.
 *
 * @example
 * ```ts
 * class Tick { readonly [STREAM_ITEM] = true; constructor(readonly value: number, readonly id: string) {} }
 * ```
 */
export const STREAM_ITEM: unique symbol = Symbol.for('ts-chassis.stream-item');

/**
 * An item of a stream with hints for some protocol; all others send its value only, and nothing for one without.
 *
 * @example
 * ```ts
 * const value = isStreamItem(item) ? item.value : item;
 * ```
 */
export interface StreamItem {
  readonly [STREAM_ITEM]: true;
  readonly value: unknown;
}

/**
 * Whether an item of a stream is marked by {@link STREAM_ITEM}.
 *
 * @example
 * ```ts
 * for await (const item of stream) send(isStreamItem(item) ? item.value : item);
 * ```
 */
export function isStreamItem(item: unknown): item is StreamItem {
  return typeof item === 'object' && item !== null && STREAM_ITEM in item;
}
