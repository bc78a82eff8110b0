/**
 * A typed place for metadata on a class or one of its members. Keys are compared by identity: make one, export it, use it on both sides.
 *
 * @example
 * ```ts
 * export const Owner = metadataKey<string>('owner');
 * ```
 */
export interface MetadataKey<T> {
  /** For messages only. */
  readonly name: string;
  /** How what a class writes joins what its ancestors wrote; default: the nearest class wins. */
  merge?(inherited: T, own: T): T;
}

/**
 * Makes a key for metadata of type `T`.
 *
 * @param name - for messages
 * @param merge - how an inherited and an own value join; default: the own value wins
 *
 * @example
 * ```ts
 * const Tags = metadataKey<readonly string[]>('tags', (inherited, own) => [...inherited, ...own]);
 * ```
 */
export function metadataKey<T>(name: string, merge?: (inherited: T, own: T) => T): MetadataKey<T> {
  return merge ? { name, merge } : { name };
}
