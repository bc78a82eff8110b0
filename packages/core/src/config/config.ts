import type { Disposer } from '../clock/clock.js';
import type { Section } from './section.js';

/**
 * A value that follows the configuration. Injected with `@Value`, or got from {@link Config.live}. A change to a value of another type is
 * refused and said once, with file and line: the old value stays, for everybody who reads the key.
 *
 * @example
 * ```ts
 * class Pricing { constructor(@Value('shop.discount', { default: 0 }) readonly discount: Live<number>) {} }
 * ```
 */
export abstract class Live<T> {
  /** The value of the present snapshot. */
  abstract readonly value: T;
  /** Runs something after every change of this value, in order. */
  abstract onChange(run: (value: T, before: T) => void): Disposer;
}

/**
 * One changed key.
 *
 * @example
 * ```ts
 * app.config.watch('shop.*', ({ key, before, after }) => console.log(key, before, after));
 * ```
 */
export interface ConfigChange {
  readonly key: string;
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly before: unknown;
  readonly after: unknown;
  /** The source the new value comes from; of a deleted key the one that had it. */
  readonly source: string;
}

/**
 * Where a value came from, for messages and `explain`.
 *
 * @example
 * ```ts
 * const origin = config.origin('shop.discount'); // { source: 'file', place: 'conf/shop.yaml:3' }
 * ```
 */
export interface Origin {
  readonly source: string;
  /** File and line, variable name, or flag. */
  readonly place: string;
  /** The value, or something in it, was written as `cipher(...)`: it must not be shown. */
  readonly secret?: boolean;
}

/**
 * What reads a configuration: the present one ({@link Config}) or a candidate that is about to replace it.
 *
 * @example
 * ```ts
 * const chainOf = (view: ConfigView): readonly string[] => view.section(HandlerChainSection).Provider['default'] ?? [];
 * ```
 */
export interface ConfigView {
  /** The value of a dotted key, or the fallback; a value that does not fit the fallback's type is reported once and the fallback given. */
  get<T>(key: string, fallback: T): T;
  /** The value of a dotted key as it stands: scalar, list or map; undefined when absent. */
  raw(key: string): unknown;
  /** A declared section, validated, defaults filled in; the same frozen object until it changes. For a key with `*` the name to put there. */
  section<T>(section: Section<T>, name?: string): T;
  /** The names a section with `*` has now. */
  names(section: Section<unknown>): readonly string[];
  /** Where the value of a key comes from. */
  origin(key: string): Origin | undefined;
}

/**
 * The merged configuration. An abstract class, so that it is injected by type. All reads see the same immutable snapshot until it is swapped.
 *
 * @example
 * ```ts
 * const name = config.get('servicecomb.service.name', '');
 * ```
 */
export abstract class Config implements ConfigView {
  abstract get<T>(key: string, fallback: T): T;
  abstract raw(key: string): unknown;
  abstract section<T>(section: Section<T>, name?: string): T;
  abstract names(section: Section<unknown>): readonly string[];
  abstract origin(key: string): Origin | undefined;
  /**
   * As `get`, but following changes; a value of another type than the fallback's never takes its place: see {@link Live}.
   *
   * @throws ChassisError `CONFIG_INVALID` when the present value is of another type than the fallback
   */
  abstract live<T>(key: string, fallback: T): Live<T>;
  /** As `section`, but following changes. */
  abstract liveSection<T>(section: Section<T>, name?: string): Live<T>;
  /**
   * Prepares for each new value of a section before it takes effect, in steps between which other work has its turn: what takes long to make of
   * thousands of rules. A `ChassisError` that it throws refuses the value, as a section that does not fit is refused; anything else it throws is
   * left to whoever uses the value.
   */
  abstract prepare<T>(section: Section<T>, run: (value: T) => Generator<void, void, void>): Disposer;
  /** Listens to the keys a pattern covers: `*` is one step, `**` any number, at the end of `a.*` too. One call a key, in order of the keys. */
  abstract watch(pattern: string, listener: (change: ConfigChange) => void): Disposer;
  /** Listens to a whole prefix at once: one call for each swap that changes anything below it (a module listener). */
  abstract watchModule(prefix: string, listener: (changes: readonly ConfigChange[]) => void): Disposer;
  /**
   * Sets a key in the memory source (priority above command line, environment and files). Called by a listener, the swap follows
   * when the present one has been told; what refuses it then is logged.
   *
   * @throws ChassisError `CONFIG_INVALID` when a declared section or a `Live` that follows the key does not accept the value
   * @throws ChassisError of whoever cannot work with it, such as `CHAIN_INVALID` for a chain that names an unknown handler; nothing has
   * changed then
   */
  abstract set(key: string, value: unknown): void;
  /**
   * Removes a key from the memory source, which uncovers what other sources say.
   *
   * @throws ChassisError as `set`, when what is uncovered cannot take effect
   */
  abstract delete(key: string): void;
}
