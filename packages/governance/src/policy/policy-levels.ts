type Tree = Readonly<Record<string, unknown>>;

/** One place in the tree of a policy. */
export interface PolicyLevel {
  readonly key: string;
  /** The fields said here. */
  readonly own: Tree;
  /** With what wider places say where this one does not, as it will be for calls. */
  readonly inForce: Tree;
}

const SIDES = ['provider', 'consumer', 'method'];
const LEVELS = ['services', 'schemas', 'operations'];

/**
 * Every place in the configured tree of a policy, the wide ones first.
 *
 * @param tree - the value of a policy's section
 * @param key - the section's
 * @param fields - the names of the policy's fields
 */
export function* policyLevels(
  tree: unknown,
  key: string,
  fields: readonly string[],
): Generator<PolicyLevel, void, void> {
  const root = treeOf(tree);
  const walk = { fields, wider: {}, depth: 0 };
  yield* levelsBelow(root, { ...walk, key, own: root });
  for (const side of SIDES) {
    const own = treeOf(root[side]);
    if (Object.keys(own).length > 0) yield* levelsBelow(joined(root, own), { ...walk, key: `${key}.${side}`, own });
  }
}

interface Walk {
  readonly key: string;
  readonly own: Tree;
  readonly fields: readonly string[];
  readonly wider: Tree;
  readonly depth: number;
}

function* levelsBelow(tree: Tree, { key, own, fields, wider, depth }: Walk): Generator<PolicyLevel, void, void> {
  const inForce = joined(wider, picked(tree, fields));
  yield { key, own: picked(own, fields), inForce };
  const level = LEVELS[depth];
  if (level === undefined) return;
  for (const [name, inner] of Object.entries(treeOf(tree[level]))) {
    const walk = { fields, wider: inForce, depth: depth + 1 };
    yield* levelsBelow(treeOf(inner), {
      ...walk,
      key: `${key}.${level}.${name}`,
      own: treeOf(treeOf(own[level])[name]),
    });
  }
}

function picked(tree: Tree, fields: readonly string[]): Tree {
  const result: Record<string, unknown> = {};
  for (const field of fields) if (Object.hasOwn(tree, field)) result[field] = tree[field];
  return result;
}

/** The narrow over the wide, name by name. */
function joined(wide: Tree, narrow: Tree): Tree {
  const result: Record<string, unknown> = { ...wide };
  for (const [name, value] of Object.entries(narrow)) {
    if (value === undefined || value === null) continue;
    const isBoth = isTree(value) && isTree(result[name]);
    result[name] = isBoth ? joined(result[name] as Tree, value) : value;
  }
  return result;
}

function treeOf(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
