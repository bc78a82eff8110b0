import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';
import { invalid } from './nodes/invalid.js';

/**
 * In the place of a version: requests of any version, and of none, that no other operation of the route takes. By path: the path without
 * a version.
 *
 * @example
 * ```ts
 * @Get('/ping') @Version(VERSION_NEUTRAL) @Returns(String)
 * ping(): Promise<string> { return remote(); }
 * ```
 */
export const VERSION_NEUTRAL: unique symbol = Symbol.for('ts-chassis.version-neutral');

/**
 * How a request names the version it wants: as the first step of its path (`/v2/books`), in a header (`X-Api-Version: 2`), or as a
 * parameter of a media type it accepts (`Accept: application/json;v=2`).
 *
 * @example
 * ```ts
 * const by: VersionBy = 'header';
 * ```
 */
export type VersionBy = 'path' | 'header' | 'media-type';

/**
 * What `@Version` writes on a class or a method; what the method leaves out the class says.
 *
 * @example
 * ```ts
 * const mark: HttpVersionMark = { versions: ['1', '2'], by: 'header', default: '2' };
 * ```
 */
export interface HttpVersionMark {
  readonly versions: readonly (string | typeof VERSION_NEUTRAL)[];
  /** Default `path`. */
  readonly by?: VersionBy;
  /** The header, or the parameter of the media type; default `X-Api-Version` and `v`. */
  readonly name?: string;
  /** The version that a request means which names none; default: such a request is refused, or taken by a neutral operation. */
  readonly default?: string;
}

/**
 * The versions of an operation over HTTP, settled.
 *
 * @example
 * ```ts
 * const version: HttpVersion = { by: 'header', name: 'X-Api-Version', versions: ['2'], neutral: false };
 * ```
 */
export interface HttpVersion {
  readonly by: VersionBy;
  /** The header, or the parameter of the media type; for paths what stands before the version: `v`. */
  readonly name: string;
  /** Those it answers; callers ask for the first. Empty for one that is neutral only. */
  readonly versions: readonly string[];
  /** Whether it answers what no other operation of the route does. */
  readonly neutral: boolean;
  readonly default?: string;
}

/**
 * The versions of a schema or a method; written by `@Version`.
 *
 * @example
 * ```ts
 * annotate(target, HttpVersionKey, { value: { versions: ['2'] }, member });
 * ```
 */
export const HttpVersionKey: MetadataKey<HttpVersionMark> = metadataKey('http-version', (inherited, own) => ({
  ...inherited,
  ...own,
}));

const NAMES: Readonly<Record<VersionBy, string>> = { path: 'v', header: 'X-Api-Version', 'media-type': 'v' };

/** What a class and a method say of versions, put together; undefined when neither says anything. */
export function httpVersion(
  marks: { readonly schema: HttpVersionMark | undefined; readonly method: HttpVersionMark | undefined },
  where: string,
): HttpVersion | undefined {
  if (!marks.schema && !marks.method) return undefined;
  const mark: HttpVersionMark = { versions: [], ...marks.schema, ...marks.method };
  const { versions: said, default: fallback } = mark;
  const by: VersionBy = mark.by ?? 'path';
  const name: string = mark.name ?? NAMES[by];
  const versions = said.filter((version): version is string => version !== VERSION_NEUTRAL);
  for (const version of [...versions, ...(fallback === undefined ? [] : [fallback])]) refuseOdd(version, where);
  if (said.length === 0) throw invalid(where, '@Version expected at least one version, got none');
  if (by === 'path' && name !== NAMES.path)
    throw invalid(where, '@Version has a name, which versions by path have not');
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw invalid(where, `@Version: '${name}' is no name of a ${by}`);
  return {
    ...{ by, name, versions: [...new Set(versions)], neutral: versions.length < said.length },
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

function refuseOdd(version: unknown, where: string): void {
  if (typeof version === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version)) return;
  throw invalid(
    where,
    `@Version expected letters, digits, '.', '_' and '-', such as '2' or '2024-10-01', got ${JSON.stringify(version)}`,
  );
}

/** The paths of an operation whose versions stand in them; the first is the one that callers use. */
export function versionedPaths(path: string, version: HttpVersion | undefined): readonly string[] {
  if (version?.by !== 'path') return [path];
  const plain = version.neutral || (version.default !== undefined && version.versions.includes(version.default));
  const below = path === '/' ? '' : path;
  return [...version.versions.map((each) => `/v${each}${below}`), ...(plain ? [path] : [])];
}
