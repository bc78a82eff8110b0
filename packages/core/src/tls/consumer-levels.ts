import type { SslKeys, SslValues } from './ssl-section.js';

/** A level of `ssl` that has a say in how others are called. */
export interface ConsumerLevel {
  /** Of those it is for; of the widest level a tag that no other level speaks of. */
  readonly tag: string;
  /** Of the level, as `ssl.rest.Consumer`. */
  readonly key: string;
  readonly values: SslKeys;
}

/** The levels that are for consumers: the keys for all, then every tag that ends with `Consumer`. */
export function consumerLevels(root: SslValues): readonly ConsumerLevel[] {
  return [{ tag: '*.Consumer', key: 'ssl', values: root as SslKeys }, ...below(root, [])];
}

function below(values: SslValues, steps: readonly string[]): readonly ConsumerLevel[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (typeof value !== 'object' || Array.isArray(value)) return [];
    const inner = value as SslValues;
    const path = [...steps, name];
    const tag = path.join('.');
    const own = name === 'Consumer' ? [{ tag, key: `ssl.${tag}`, values: inner as SslKeys }] : [];
    return [...own, ...below(inner, path)];
  });
}
