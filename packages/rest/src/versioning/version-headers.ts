import type { HttpBinding, HttpVersion } from '@ts-chassis/core';

/** The header of a request that its version is read from; none where that is the path. */
export function versionVary(version: HttpVersion | undefined): readonly string[] {
  if (!version || version.by === 'path') return [];
  return [version.by === 'header' ? version.name : 'Accept'];
}

/** How a client asks for the version of an operation: a header's name in lower case and its value; undefined where it need not. */
export function versionHeader({ version, produces }: HttpBinding): readonly [name: string, value: string] | undefined {
  const [first] = version?.versions ?? [];
  if (!version || first === undefined || version.by === 'path') return undefined;
  if (version.by === 'header') return [version.name.toLowerCase(), first];
  return ['accept', `${produces[0] ?? 'application/json'};${version.name}=${first}`];
}
