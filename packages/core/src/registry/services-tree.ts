/**
 * What a section that is keyed by service names says of one. Service names may hold dots, which configuration splits into steps, so
 * the map is read as a tree; text is a list separated by commas (environment variables, command line flags).
 */
export function listOfService(tree: object, service: string): readonly unknown[] | undefined {
  const found = own(tree, service) ?? service.split('.').reduce<unknown>(own, tree);
  if (typeof found === 'string') return splitList(found);
  return Array.isArray(found) ? found : undefined;
}

function own(tree: unknown, step: string): unknown {
  if (typeof tree !== 'object' || tree === null || !Object.hasOwn(tree, step)) return undefined;
  return (tree as Record<string, unknown>)[step];
}

/** `a, b` as a list. */
export function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
