import { VERSION_NEUTRAL, type HttpVersion, type HttpVersionMark, type VersionBy } from '../schema/http-version.js';
import type { Parameter } from '../schema/operation.js';
import { valueTypeOf } from '../schema/value-type-of.js';
import type { Json } from './document-info.js';

/** What both versions of OpenAPI say of the version of an operation that does not stand in its path, for who calls it by its document. */
export function versionNote(version: HttpVersion | undefined): Json {
  if (!version || version.by === 'path') return {};
  const { by, name, versions, neutral, default: fallback } = version;
  const said = {
    by,
    name,
    versions,
    ...(neutral && { neutral }),
    ...(fallback !== undefined && { default: fallback }),
  };
  return { 'x-version': said };
}

/** The header that a version stands in, as a parameter; undefined where it stands elsewhere. */
export function versionParameter(version: HttpVersion | undefined): Parameter | undefined {
  if (version?.by !== 'header' || version.versions.length === 0) return undefined;
  const { name, versions, neutral, default: fallback } = version;
  const isMeant = fallback !== undefined && versions.includes(fallback);
  return {
    ...{ name, index: -1, place: 'header', optional: neutral || isMeant, description: 'the version of the API' },
    schema: valueTypeOf(String, { enum: versions, ...(isMeant && { default: fallback }) }),
  };
}

/** Media types with the version as their parameter, where it is one. */
export function versionedMediaTypes(
  mediaTypes: readonly string[],
  version: HttpVersion | undefined,
): readonly string[] {
  const [first] = version?.versions ?? [];
  if (version?.by !== 'media-type' || first === undefined) return mediaTypes;
  return mediaTypes.map((mediaType) => `${mediaType};${version.name}=${first}`);
}

/** What tells two operations of one method and path apart; undefined where it is not the version that does. */
export function versionText(version: HttpVersion | undefined): string | undefined {
  return version && version.by !== 'path' ? `v=${version.versions.join(',') || 'any'}` : undefined;
}

/** The version that a document of ours notes. */
export function readVersion(note: unknown): HttpVersionMark | undefined {
  if (typeof note !== 'object' || note === null) return undefined;
  const { by, name, versions, neutral, default: fallback } = note as Json;
  if (!Array.isArray(versions) || typeof name !== 'string') return undefined;
  const known = versions.filter((version): version is string => typeof version === 'string');
  const all: HttpVersionMark['versions'] = neutral === true ? [...known, VERSION_NEUTRAL] : known;
  const mark = { by: by as VersionBy, name, versions: all };
  return typeof fallback === 'string' ? { ...mark, default: fallback } : mark;
}
