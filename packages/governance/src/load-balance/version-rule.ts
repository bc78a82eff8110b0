import type { Instance } from '@ts-chassis/core';
import { compareVersions, latestVersionOf, versionMatches } from '../route/version-range.js';

/** Which versions of a service a consumer calls. */
export interface VersionRule {
  /** As it is written; tells rules apart. */
  readonly key: string;
  /** Those of a list that are of such a version. */
  filter(instances: readonly Instance[]): readonly Instance[];
}

/**
 * Makes a rule of its text: `latest`, `1.0.0` (which `1.0` is too), `1.0.0+` (that or later), `1.0.0-2.0.0` (from the first, before the second).
 *
 * @returns undefined for no text, which leaves all versions
 */
export function versionRule(text: string): VersionRule | undefined {
  const key = text.trim();
  if (key === '') return undefined;
  const wantsLatest = key.toLowerCase() === 'latest';
  const isExact = /^[\d.]+$/.test(key);
  return {
    key,
    filter(instances) {
      const latest = wantsLatest ? latestVersionOf(instances) : undefined;
      const same = latest ?? (isExact ? key : undefined);
      if (same !== undefined) return instances.filter(({ version }) => compareVersions(version, same) === 0);
      return instances.filter(({ version }) => versionMatches(version, key, latest));
    },
  };
}
