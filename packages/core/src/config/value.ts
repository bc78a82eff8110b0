import { annotateSite, type InjectionSite } from '../container/injection-site.js';
import type { SiteDecorator } from '../container/inject.js';
import { coreError } from '../errors/index.js';
import { metadataKey } from '../metadata/metadata-key.js';
import { Live, type Config } from './config.js';
import { coerce, isType } from './fit/coerce.js';
import { show } from './fit/fit.js';
import { typeNameOf } from './followed-keys.js';
import { isMap } from './leaves.js';
import type { Section } from './section.js';

/** What `@Value` wrote: a key or a section, and what stands in for an absent value. */
export interface ValueMark {
  readonly of: string | Section<unknown>;
  readonly options: ValueOptions;
}

/**
 * What {@link Value} injects when the key is absent; a value of another type refuses the start all the same.
 *
 * @example
 * ```ts
 * const options: ValueOptions = { default: 0 };
 * ```
 */
export interface ValueOptions {
  /** Also says the type of the value where the declared type of the parameter does not, as with `Live`. */
  readonly default?: unknown;
  /** Of a section whose key ends in `*`: the name to put there. */
  readonly name?: string;
}

export const ValueKey = metadataKey<ValueMark>('@Value');

/**
 * Injects a value of the configuration into a constructor parameter or a property: the plain value of the start, or, where the declared
 * type is `Live`, one that follows changes. Of a section it injects the validated whole.
 *
 * @param of - a dotted key, or a declared section
 * @param options - `default`: for an absent key; without it an absent key refuses the start
 * @throws ChassisError `CONFIG_INVALID`, when the class is made, naming class, parameter and key: the key is absent and there is no default, or
 * its value is of another type than is declared, or than the default where the declared type says none
 *
 * @example
 * ```ts
 * class Pricing {
 *   constructor(@Value('shop.discount', { default: 0 }) readonly discount: Live<number>, @Value('shop.currency') readonly currency: string) {}
 * }
 * ```
 */
export function Value(of: string | Section<unknown>, options: ValueOptions = {}): SiteDecorator {
  return (target, member, index) => annotateSite({ target, member, index }, ValueKey, { of, options });
}

/** A configuration of remote sources too, whose faults must not keep a program from starting. */
interface Tolerant {
  leaveOutMisfits?(key: string, type: string): void;
}

/** Finds what a mark asks for. */
export function resolveValue(config: Config & Tolerant, mark: ValueMark, site: InjectionSite): unknown {
  const { of, options } = mark;
  const live = site.designType === Live;
  if (typeof of !== 'string') {
    return live ? config.liveSection(of, options.name) : config.section(of, options.name);
  }
  const declared = live ? undefined : TYPES.get(site.designType);
  requireDefault(of, { options, site, type: declared });
  const type = declared ?? typeNameOf(options.default);
  if (type !== undefined) config.leaveOutMisfits?.(of, type);
  if (config.raw(of) === undefined && !('default' in options)) {
    throw refusal(of, site, 'which nothing gives; give it a value, or the decorator a default');
  }
  const raw = config.raw(of);
  if (type !== undefined && raw !== undefined && raw !== null && !isType(type, coerce({ type }, raw, undefined))) {
    throw refusal(of, site, `expected ${type}, got ${shown(config, of, raw)}${placeOf(config, of)}`);
  }
  const fallback = options.default ?? (declared === undefined ? undefined : EMPTY[declared]);
  return live ? config.live(of, fallback) : config.get(of, fallback);
}

const TYPES = new Map<unknown, string>([
  [String, 'string'],
  [Number, 'number'],
  [Boolean, 'boolean'],
  [Array, 'array'],
]);

const EMPTY: Readonly<Record<string, unknown>> = { string: '', number: 0, boolean: false, array: [] };

function requireDefault(
  key: string,
  at: { readonly options: ValueOptions; readonly site: InjectionSite; readonly type: string | undefined },
): void {
  const { options, site, type } = at;
  if (type === undefined || options.default === undefined || options.default === null) return;
  if (isType(type, options.default)) return;
  throw refusal(key, site, `whose default ${show(key, options.default)} is no ${type}, which the declaration asks for`);
}

/** Of a map only that it is one: something in it may have been encrypted. */
function shown(config: Config, key: string, raw: unknown): string {
  return isMap(raw) ? 'a map' : show(key, raw, config.origin(key)?.secret);
}

function placeOf(config: Config, key: string): string {
  const origin = config.origin(key);
  return origin ? ` at ${origin.place}` : '';
}

function refusal(key: string, site: InjectionSite, what: string): Error {
  const owner = site.owner.name || 'a class';
  const place =
    site.index === undefined ? `property ${owner}.${String(site.property)}` : `parameter ${site.index} of ${owner}`;
  return coreError('CONFIG_INVALID', `${place} asks for the configuration key ${key}, ${what}`);
}
