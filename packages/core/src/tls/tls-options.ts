import type { ConfigView } from '../config/index.js';
import { CIPHER_SUITES } from './cipher-suites.js';
import { SslSection, type SslKeys, type SslValues } from './ssl-section.js';

/**
 * How one end speaks TLS: data only, files unread.
 *
 * @example
 * ```ts
 * const { certFile, keyFile, minVersion } = tlsOptionsFor(config, 'rest.Provider')!;
 * ```
 */
export interface TlsOptions {
  /** What the options are for, such as `rest.Provider`. */
  readonly tag: string;
  /**
   * Of a consumer, whether the other side's certificate is verified; default true, where go-chassis's is false. Of a provider, whether clients
   * must show a certificate; default false, as in go-chassis.
   */
  readonly verifyPeer: boolean;
  /** In Node's spelling; default `TLSv1.2`. */
  readonly minVersion: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** For TLS 1.2 and below, in Node's spelling, in order of preference. */
  readonly cipherSuites: readonly string[];
  /** Default `default`, which decrypts nothing. */
  readonly cipherPlugin: string;
  /** Absent: the authorities Node trusts. */
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly certPwdFile?: string;
  /** Absent: the name of the called service. */
  readonly serverName?: string;
}

const KEYS = Object.keys(SslSection.schema['properties'] as object) as (keyof SslKeys)[];

/**
 * Merges what is configured for a tag: defaults, then `ssl.{key}`, then `ssl.{protocol}.Consumer.{key}` for a tag
 * `{service}.{protocol}.Consumer`, then `ssl.{tag}.{key}`, the later over the earlier (go-chassis's order).
 *
 * @param view - the configuration
 * @param tag - such as `rest-admin.Provider` or `catalog.rest.Consumer`
 * @returns undefined when none of these levels says anything: TLS is off
 *
 * @example
 * ```ts
 * const options = tlsOptionsFor(config, 'catalog.rest.Consumer');
 * ```
 */
export function tlsOptionsFor(view: ConfigView, tag: string): TlsOptions | undefined {
  const root = view.section(SslSection);
  const said: SslKeys = Object.assign({}, ...levelsOf(tag).map((steps) => keysAt(root, steps)));
  return Object.keys(said).length === 0 ? undefined : optionsOf(tag, said);
}

/** What holds where nothing is configured: the other side is verified by the authorities of Node. */
export function defaultTlsOptions(tag: string): TlsOptions {
  return optionsOf(tag, {});
}

function optionsOf(tag: string, said: SslKeys): TlsOptions {
  return {
    tag,
    verifyPeer: said.verifyPeer ?? !tag.endsWith('.Provider'),
    minVersion: said.protocol === 'TLSv1.0' ? 'TLSv1' : (said.protocol ?? 'TLSv1.2'),
    cipherSuites: (said.cipherSuits ?? Object.keys(CIPHER_SUITES)).map((name) => CIPHER_SUITES[name]!),
    cipherPlugin: said.cipherPlugin ?? 'default',
    ...files(said),
  };
}

/**
 * The key that says a value of a tag, where several levels may: the narrowest that does, else the tag's own.
 *
 * @param tag - as for {@link tlsOptionsFor}
 * @param field - such as `certFile`
 */
export function tlsKeyOf(view: ConfigView, tag: string, field: keyof SslKeys): string {
  const root = view.section(SslSection);
  const level = [...levelsOf(tag)].reverse().find((steps) => keysAt(root, steps)[field] !== undefined) ?? [tag];
  return ['ssl', ...level, field].join('.');
}

/** From the widest level to the narrowest. */
function levelsOf(tag: string): readonly (readonly string[])[] {
  const steps = tag.split('.');
  const ofService = steps.length > 2 && steps.at(-1) === 'Consumer';
  return [[], ...(ofService ? [steps.slice(-2)] : []), steps];
}

/** The keys that a level itself says: what is a map there is a tag's, whatever its name. */
function keysAt(root: SslValues, steps: readonly string[]): SslKeys {
  let level: unknown = root;
  for (const step of steps) {
    if (!isLevel(level) || !Object.hasOwn(level, step)) return {};
    level = level[step];
  }
  if (!isLevel(level)) return {};
  const values = level;
  return Object.fromEntries(KEYS.flatMap((key) => (isSaid(values[key]) ? [[key, values[key]]] : [])));
}

function isLevel(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An empty text says nothing, as in go-chassis. */
function isSaid(value: unknown): boolean {
  return value !== undefined && value !== '' && !isLevel(value) && !(Array.isArray(value) && value.length === 0);
}

function files({ caFile, certFile, keyFile, certPwdFile, serverName }: SslKeys): Partial<TlsOptions> {
  return {
    ...(caFile !== undefined && { caFile }),
    ...(certFile !== undefined && { certFile }),
    ...(keyFile !== undefined && { keyFile }),
    ...(certPwdFile !== undefined && { certPwdFile }),
    ...(serverName !== undefined && { serverName }),
  };
}
