import { readConfigText } from '@ts-chassis/core';
import { printable } from '../connection/printable.js';
import type { KieValue } from './read-list.js';

/** No configuration that anyone wrote is nested deeper. */
const DEEPEST = 64;

/** One value, as the configuration takes it. */
export interface ParsedLeaf {
  readonly value: unknown;
  /** As it was written, where that says more. */
  readonly written?: string;
}

/** What a value of KIE says, by dotted key. */
export type ParsedValue = ReadonlyMap<string, ParsedLeaf>;

/**
 * Reads a value by its type: text as it is, YAML, JSON, properties and INI as a tree below its key.
 *
 * @throws Error saying what is wrong with it
 */
export async function parseValue({ key, value, type }: KieValue): Promise<ParsedValue> {
  switch (type) {
    case 'text':
      return new Map([[key, { value }]]);
    case 'yaml':
    case 'json':
    case 'properties':
    case 'ini': {
      const text = await readConfigText(value, type);
      const leaves = new Map<string, ParsedLeaf>();
      collect(text.value, [], (steps, leaf) => {
        const written = text.written(steps.join('.'));
        leaves.set([key, ...steps].join('.'), { value: leaf, ...(written !== undefined && { written }) });
      });
      return leaves;
    }
    default:
      throw new Error(`expected text, yaml, json, properties or ini, got ${printable(type)}`);
  }
}

/** Maps say what is in them; one that is empty says nothing. */
function collect(
  tree: unknown,
  steps: readonly string[],
  put: (steps: readonly string[], leaf: unknown) => void,
): void {
  if (steps.length > DEEPEST) throw new Error(`it is nested deeper than ${DEEPEST} steps`);
  if (Array.isArray(tree)) requireShallow(tree, steps.length);
  if (tree === undefined) return;
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree) || tree instanceof Date) return put(steps, tree);
  for (const [name, inner] of Object.entries(tree)) {
    // no key may reach what every object shares
    if (name !== '__proto__') collect(inner, [...steps, name], put);
  }
}

function requireShallow(tree: unknown, depth: number): void {
  if (depth > DEEPEST) throw new Error(`it is nested deeper than ${DEEPEST} steps`);
  if (typeof tree !== 'object' || tree === null) return;
  for (const inner of Object.values(tree)) requireShallow(inner, depth + 1);
}
