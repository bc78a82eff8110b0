import type { Instance } from '@ts-chassis/core';
import { versionMatches } from './version-range.js';

/** Which instances are meant: `version`, `app`, or a name of their metadata, each with its value. */
export type RouteTags = Readonly<Record<string, string>>;

/**
 * Whether an instance has the tags of a rule or of a call. `version` may be `latest` or a range (see {@link versionMatches}); everything else is
 * compared as it is.
 *
 * @param latest - the highest version among all instances of the service; see `latestVersionOf`
 */
export function matchesTags(
  instance: Pick<Instance, 'version' | 'app' | 'metadata'>,
  tags: RouteTags | undefined,
  latest: string | undefined,
): boolean {
  for (const name in tags) {
    const wanted = tags[name]!;
    if (name === 'version') {
      if (!versionMatches(instance.version, wanted, latest)) return false;
    } else if (name === 'app') {
      if (instance.app !== wanted) return false;
    } else if (!Object.hasOwn(instance.metadata, name) || instance.metadata[name] !== wanted) return false;
  }
  return true;
}
