/** Joins two steps of a dotted key; either may be empty. */
export function joinKey(prefix: string, rest: string): string {
  if (prefix === '') return rest;
  return rest === '' ? prefix : `${prefix}.${rest}`;
}

/** Whether a key is a prefix itself or lies below it. */
export function isWithin(key: string, prefix: string): boolean {
  return prefix === '' || (key.startsWith(prefix) && (key.length === prefix.length || key[prefix.length] === '.'));
}

/** What stands below a prefix; empty for the prefix itself. */
export function below(key: string, prefix: string): string {
  return prefix === '' ? key : key.slice(prefix.length + 1);
}

/**
 * Matches the head of a key against steps of which `*` stands for any one.
 *
 * @returns what stood for each `*`, and what is left of the key; undefined when it does not match
 */
export function matchHead(
  pattern: readonly string[],
  steps: readonly string[],
): { readonly captured: readonly string[]; readonly rest: readonly string[] } | undefined {
  if (steps.length < pattern.length) return undefined;
  const captured: string[] = [];
  for (let index = 0; index < pattern.length; index += 1) {
    if (pattern[index] === '*') captured.push(steps[index]!);
    else if (pattern[index] !== steps[index]) return undefined;
  }
  return { captured, rest: steps.slice(pattern.length) };
}

/** Puts names in the place of the `*` of a pattern, in order. */
export function fillKey(pattern: string, names: readonly string[]): string {
  let next = 0;
  return pattern
    .split('.')
    .map((step) => (step === '*' ? (names[next++] ?? '*') : step))
    .join('.');
}

/** Compiles a pattern of keys: `*` is one step, `**` any number of them, none included; a `*` at the end is any number but none. */
export function keyPattern(pattern: string): (key: string) => boolean {
  const steps = pattern.split('.');
  if (steps.at(-1) === '*') steps.push('**');
  return (key) => covers(steps, key.split('.'));
}

function covers(pattern: readonly string[], key: readonly string[]): boolean {
  // Rows of reachable positions in the pattern: linear in both, however many `**` there are.
  let reached = new Set(skipAny(pattern, 0));
  for (const step of key) {
    const next = new Set<number>();
    for (const at of reached) {
      if (pattern[at] === '**') next.add(at);
      if (pattern[at] === '*' || pattern[at] === step)
        for (const further of skipAny(pattern, at + 1)) next.add(further);
    }
    for (const at of [...next]) if (pattern[at] === '**') for (const further of skipAny(pattern, at)) next.add(further);
    reached = next;
    if (reached.size === 0) return false;
  }
  return reached.has(pattern.length);
}

/** A position and those behind the `**` that stand there. */
function skipAny(pattern: readonly string[], from: number): number[] {
  const positions = [from];
  for (let at = from; pattern[at] === '**'; at += 1) positions.push(at + 1);
  return positions;
}
