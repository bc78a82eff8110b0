/**
 * Orders versions by their numbers, part by part (`1.10.0` after `1.9.2`, `1` before `1.0.1`); parts that are no numbers stand before
 * numbers, in order of their text. For `sort`: negative when `a` is the older one.
 *
 * @example
 * ```ts
 * const [newest] = instances.map(({ version }) => version).sort((a, b) => compareVersions(b, a));
 * ```
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareParts(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  const numbers = [a, b].map((part) => (/^\d+$/.test(part) ? Number(part) : -1));
  if (numbers[0] !== numbers[1]) return numbers[0]! - numbers[1]!;
  return a < b ? -1 : 1;
}
