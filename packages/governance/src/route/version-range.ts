/** Numbers with dots; what follows a hyphen or plus is a sign of a build and says nothing of order. */
const VERSION = /^\d+(?:\.\d+)*/;

/** Orders versions by their numbers, missing ones as 0: 1.2 before 1.10, 1 the same as 1.0.0. What is no version comes first. */
export function compareVersions(left: string, right: string): number {
  const a = numbersOf(left);
  const b = numbersOf(right);
  if (a.length === 0 || b.length === 0) return Math.sign(a.length - b.length);
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/**
 * Whether a version is what a rule says: `latest`, itself, `1.2+` (that or later), `1.0-2.0` (from the first, before the second), as service-center
 * writes them, or `>=1.2`, `>1.2`, `<2`, `<=2`, several of which, with commas or spaces, must all hold.
 *
 * @param latest - the highest version there is
 */
export function versionMatches(version: string, wanted: string, latest: string | undefined): boolean {
  const rule = wanted.trim();
  if (rule === version) return true;
  if (rule.toLowerCase() === 'latest') return version === latest;
  if (/^[<>]/.test(rule)) return rule.split(/[\s,]+(?=[<>])/).every((bound) => isWithin(version, bound));
  if (/^[\d.]+\+$/.test(rule)) return compareVersions(version, rule) >= 0;
  const range = /^([\d.]+)-([\d.]+)$/.exec(rule);
  return range !== null && compareVersions(version, range[1]!) >= 0 && compareVersions(version, range[2]!) < 0;
}

/** The highest version of a list; undefined of an empty one. */
export function latestVersionOf(instances: Iterable<{ readonly version: string }>): string | undefined {
  let latest: string | undefined;
  for (const { version } of instances) {
    if (latest === undefined || compareVersions(version, latest) > 0) latest = version;
  }
  return latest;
}

function isWithin(version: string, bound: string): boolean {
  const order = compareVersions(version, bound.replace(/^[<>]=?\s*/, ''));
  if (bound.startsWith('>=')) return order >= 0;
  if (bound.startsWith('<=')) return order <= 0;
  return bound.startsWith('>') ? order > 0 : order < 0;
}

function numbersOf(version: string): readonly number[] {
  const numbers = VERSION.exec(version.trim());
  return numbers ? numbers[0].split('.').map(Number) : [];
}
