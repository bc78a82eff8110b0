/** A map of a document. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each): each is string => typeof each === 'string');
}

/** What a reference of the same document leads to; the value itself when it is none. */
export function resolved(value: unknown, root: Json): Json {
  let found: unknown = value;
  for (let steps = 0; steps < 20; steps++) {
    const reference = objectOf(found)['$ref'];
    if (typeof reference !== 'string') return objectOf(found);
    found = reference.startsWith('#/') ? followed(root, reference.slice(2)) : undefined;
  }
  return {};
}

function followed(root: Json, path: string): unknown {
  let found: unknown = root;
  for (const step of path.split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return found;
}
