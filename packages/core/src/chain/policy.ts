import type { Section } from '../config/section.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type { Side } from './side.js';

/**
 * The metadata key of a policy decorator. Written by the decorator, it makes the handler of its kind part of the chain; when no listed
 * plug-in registered the kind, the start is refused and `needs` is named.
 *
 * @example
 * ```ts
 * export const RateLimitKey = policyKey<RateLimitOptions>('RateLimit', '@ts-chassis/governance');
 * ```
 */
export interface PolicyKey<T> extends MetadataKey<PolicyMark<T>> {
  /** The package that brings its kind. */
  readonly needs: string;
}

/**
 * What a policy decorator wrote: some fields, and the side when it names one.
 *
 * @example
 * ```ts
 * annotate(target, RateLimitKey, { value: { fields: { rate: 500 } }, member });
 * ```
 */
export interface PolicyMark<T> {
  readonly fields: Partial<T>;
  readonly side?: Side;
}

/**
 * Makes the key of a policy decorator.
 *
 * @param name - the decorator's name, for messages
 * @param needs - the package that brings its kind
 *
 * @example
 * ```ts
 * const TimeoutKey = policyKey<{ ms: number }>('Timeout', '@ts-chassis/governance');
 * ```
 */
export function policyKey<T>(name: string, needs: string): PolicyKey<T> {
  return { name, needs, merge: mergeMarks };
}

/** What a contract says holds for its provider, field by field; a mark for another side is another matter. */
function mergeMarks<T>(inherited: PolicyMark<T>, own: PolicyMark<T>): PolicyMark<T> {
  return inherited.side === own.side ? { ...own, fields: { ...inherited.fields, ...defined(own.fields) } } : own;
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/**
 * A kind of policy: its decorator's key, its place in the configuration, its fields and their built-in values, and which handler acts on it.
 *
 * @example
 * ```ts
 * const Timeout: PolicyKind<{ ms: number }> = {
 *   name: 'timeout', key: TimeoutKey, root: 'servicecomb.timeout', defaults: { ms: 30_000 },
 *   schema: { ms: { type: 'integer', minimum: 1 } }, handlers: { provider: 'timeout', consumer: 'timeout', method: 'timeout' },
 * };
 * ```
 */
export interface PolicyKind<T extends object> {
  readonly name: string;
  readonly key: PolicyKey<T>;
  /**
   * Dotted key of its global block; levels stand below it: `{root}.services.{s}.schemas.{c}.operations.{o}.{field}`. What holds for one side only
   * stands below `{root}.{side}` in the same levels and wins over the same level without a side.
   */
  readonly root: string;
  /** The section declared at `root`, so that values arrive checked and in their units. */
  readonly section?: Section<unknown>;
  readonly defaults: T;
  /** JSON Schema of each field. */
  readonly schema: Readonly<Record<keyof T & string, JsonSchema>>;
  /** The handler that acts on it, by side; a side left out does not know it. */
  readonly handlers: Partial<Readonly<Record<Side, string>>>;
  /** The sides of a schema on which a decorator acts that names none; default: all with a handler. On other injectables it always acts. */
  readonly home?: readonly Side[];
}

/**
 * A policy in force, with the origin of each field. A field that is a map is joined from all levels, name by name, and has the origin of the
 * narrowest of them.
 *
 * @example
 * ```ts
 * const { value, origins } = resolved; // value.rate 500, origins.rate 'method decorator'
 * ```
 */
export interface Resolved<T> {
  readonly value: T;
  readonly origins: Readonly<Record<keyof T & string, string>>;
  /** The dotted key of each field that the configuration says. */
  readonly keys: Readonly<Partial<Record<keyof T & string, string>>>;
}
