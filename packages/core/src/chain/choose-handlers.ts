import { coreError } from '../errors/core-error.js';
import type { Operation } from '../schema/operation.js';
import { read } from '../metadata/annotate.js';
import { checkName } from './check-name.js';
import { HandlerKey, UseKey, type HandlerClass } from './decorators.js';
import type { HandlerTable } from './handler-table.js';
import { broughtBy, canonicalName, packageOf, partOf } from './known-handlers.js';
import { BIND, END, rankOf } from './order.js';
import { placeHandlers, type Placed } from './place-handlers.js';
import { SIDES, type Side } from './side.js';

/** A chain as the configuration has it. */
export interface ConfiguredChain {
  /** Its key, for messages. */
  readonly key: string;
  /** Names, those with a minus in front to be left out. */
  readonly names: readonly string[];
}

/** What decides which handlers stand in the chain of an operation. */
export interface ChainQuestion {
  readonly side: Side;
  readonly operation: Operation;
  /** The configured chains that speak for it, the nearest first. */
  readonly configured: readonly ConfiguredChain[];
  /** Handlers of the policy decorators present on the operation. */
  readonly policies: readonly string[];
  /** Told of names whose plug-in is not listed. */
  warn(message: string): void;
  /** Told of each name that is considered why it is; the first reason counts. */
  because?(name: string, reason: string): void;
}

/**
 * The names of an operation's links, first to last, `bind` among them, without the one that ends the chain.
 *
 * @throws ChassisError `CHAIN_INVALID` for a name nobody knows, `PLUGIN_MISSING` for a guard that is not installed
 */
export function chooseHandlers(question: ChainQuestion, table: HandlerTable): readonly string[] {
  const { side, policies } = question;
  const { base, removed } = baseOf(question, table);
  const additions: readonly (readonly [reason: string, names: readonly string[]])[] = [
    ['always', side === 'provider' ? [BIND] : []],
    [
      'everywhere',
      table
        .of(side)
        .filter((entry) => entry.everywhere)
        .map((entry) => entry.name),
    ],
    ['@Use', used(question, table)],
    ['decorator', policies],
    ['brought along', base.flatMap((name) => broughtBy(side, name)).filter((name) => table.find(side, name))],
  ];
  const added = additions.flatMap(([, names]) => names);
  for (const [reason, names] of additions) for (const name of names) question.because?.(name, reason);
  const isKept = (name: string): boolean => name !== END[side] && !removed.has(name);
  const place = (name: string): Placed => placed(name, { side, table });
  return placeHandlers(side, {
    base: [...new Set(base)].filter(isKept).map(place),
    added: partsFirst(
      side,
      base,
      [...new Set(added)].filter((name) => isKept(name) && !base.includes(name)).map(place),
    ),
    find: (name) => (table.find(side, name) ? place(name) : undefined),
  });
}

/** Parts of a handler that the base names, right before it and in their order; the others have places of their own. */
function partsFirst(side: Side, base: readonly string[], added: readonly Placed[]): readonly Placed[] {
  const parts: Placed[] = [];
  const others: Placed[] = [];
  for (const link of added) {
    const before = partOf(side, link.name);
    if (before !== undefined && base.includes(before)) parts.push({ name: link.name, before });
    else others.push(link);
  }
  const rank = ({ name }: Placed): number => rankOf(side, name) ?? 0;
  return [...parts.sort((one, other) => rank(one) - rank(other)), ...others];
}

/** The nearest configured chain that names handlers, else all installed ones the order knows; and what any chain on the way leaves out. */
function baseOf(
  question: ChainQuestion,
  table: HandlerTable,
): { base: readonly string[]; removed: ReadonlySet<string> } {
  const { side } = question;
  const removed = new Set<string>();
  for (const { key, names } of question.configured) {
    const check = { side, key, table, warn: (message: string) => question.warn(message) };
    const kept = names.filter((name) => !name.startsWith('-'));
    for (const name of names) if (name.startsWith('-')) removed.add(removable(canonicalName(name.slice(1)), check));
    if (kept.length === 0) continue;
    const base = kept.map(canonicalName).filter((name) => checkName(name, check));
    for (const name of base) question.because?.(name, key);
    return { base, removed };
  }
  const known = table
    .of(side)
    .filter(({ name, everywhere }) => everywhere !== false && rankOf(side, name) !== undefined);
  for (const { name } of known) question.because?.(name, 'installed');
  return {
    base: known.map(({ name }) => name).sort((a, b) => (rankOf(side, a) ?? 0) - (rankOf(side, b) ?? 0)),
    removed,
  };
}

function removable(name: string, check: Parameters<typeof checkName>[1]): string {
  if (name === BIND || name === END[check.side]) {
    throw coreError(
      'CHAIN_INVALID',
      `${check.key}: "${name}" stands in every ${check.side} chain; it cannot be left out by "-${name}"`,
    );
  }
  // a handler that is not installed is left out already, guard or not
  checkName(name, { ...check, absent: true });
  return name;
}

/** The handlers that `@Use` names, of the class first: they stand outside. */
function used({ side, operation }: ChainQuestion, table: HandlerTable): readonly string[] {
  const uses = [...(operation.schema.read(UseKey) ?? []), ...(operation.read(UseKey) ?? [])];
  return uses.flatMap((use) => {
    const name = canonicalName(typeof use === 'string' ? use : nameOf(use));
    if (table.find(side, name)) return [name];
    if (SIDES.some((other) => table.find(other, name))) return [];
    throw notThere(operation, use, name);
  });
}

function notThere(operation: Operation, use: HandlerClass | string, name: string): Error {
  const message = `${operation.id}: @Use names the handler "${name}", which is not there`;
  const bringer = packageOf(name);
  if (bringer)
    return coreError('PLUGIN_MISSING', `${message}; it comes with ${bringer}, which is not listed in plugins`);
  return coreError(
    'CHAIN_INVALID',
    typeof use === 'string' ? message : `${message}; list ${use.name} in the handlers of a module`,
  );
}

function nameOf(type: HandlerClass): string {
  const mark = read(type, HandlerKey);
  if (!mark) throw coreError('CHAIN_INVALID', `@Use(${type.name}): the class is not marked with @Handler`);
  return mark.name;
}

function placed(name: string, { side, table }: { side: Side; table: HandlerTable }): Placed {
  const { before, after } = table.find(side, name) ?? {};
  return {
    name,
    ...(before !== undefined && { before: canonicalName(before) }),
    ...(after !== undefined && { after: canonicalName(after) }),
  };
}
