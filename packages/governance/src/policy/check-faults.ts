import type { SectionFault } from '@ts-chassis/core';
import type { FaultInjectionFields } from './fault-fields.js';

type Tree = Readonly<Record<string, unknown>>;

const SIDES = ['provider', 'consumer', 'method'];
const LEVELS = ['services', 'schemas', 'operations'];

/** What is said of a fault and cannot be done: which field is missing, below which. */
export interface MissingField {
  /** Dotted, below the policy's own fields: `protocols.rest.abort.httpStatus`. */
  readonly field: string;
  readonly expected: string;
}

/** The first thing missing: a percentage says that it happens, and something else has to say what. */
export function missingField(fields: Partial<FaultInjectionFields>): MissingField | undefined {
  if (fields.enabled === false) return undefined;
  const places: [string, Partial<FaultInjectionFields>][] = [['', fields]];
  for (const [protocol, own] of Object.entries(fields.protocols ?? {})) {
    const abort = { ...fields.abort, ...own.abort };
    places.push([`protocols.${protocol}.`, { abort, delay: { ...fields.delay, ...own.delay } }]);
  }
  for (const [path, { abort = {}, delay = {} }] of places) {
    const isAborting = (abort.percent ?? 0) > 0;
    if (isAborting && abort.httpStatus === undefined && abort.grpcCode === undefined && !abort.returnNull) {
      const expected = 'a status from 200 to 599 (or grpcCode), since abort.percent is above 0';
      return { field: `${path}abort.httpStatus`, expected };
    }
    if ((delay.percent ?? 0) > 0 && !((delay.fixedDelayMs ?? 0) > 0)) {
      const expected = 'a duration above 0, since delay.percent is above 0';
      return { field: `${path}delay.fixedDelayMs`, expected };
    }
  }
  return undefined;
}

/** Looks for what is missing at every level of the configured tree, wider levels taken into account, as they will be for calls. */
export function checkFaultTree(values: Tree, key: string, refuse: (fault: SectionFault) => void): void {
  let isRefused = false;
  const once = (fault: SectionFault): void => {
    isRefused = true;
    refuse(fault);
  };
  walk({ tree: values, key, wider: {}, refuse: once }, 0);
  for (const side of SIDES) {
    if (isRefused) return;
    const own = treeOf(values[side]);
    if (Object.keys(own).length === 0) continue;
    walk({ tree: joined(values, own), key: `${key}.${side}`, wider: {}, refuse: once }, 0);
  }
}

interface Walk {
  readonly tree: Tree;
  readonly key: string;
  readonly wider: Tree;
  refuse(fault: SectionFault): void;
}

function walk({ tree, key, wider, refuse }: Walk, depth: number): void {
  const { enabled, abort, delay, protocols } = tree;
  const fields = joined(wider, { ...(enabled !== undefined && { enabled }), abort, delay, protocols });
  const missing = missingField(fields);
  if (missing) return refuse({ key: `${key}.${missing.field}`, expected: missing.expected, got: 'nothing' });
  const level = LEVELS[depth];
  if (level === undefined) return;
  for (const [name, inner] of Object.entries(treeOf(tree[level]))) {
    walk({ tree: treeOf(inner), key: `${key}.${level}.${name}`, wider: fields, refuse }, depth + 1);
  }
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
