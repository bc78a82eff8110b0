import { coreError } from '../errors/core-error.js';
import { nearestName } from '../errors/nearest-name.js';
import type { Operation } from '../schema/operation.js';
import { read } from '../metadata/annotate.js';
import { HandlerKey, UseKey, type HandlerClass } from './decorators.js';
import type { HandlerEntry, HandlerTable } from './handler-table.js';
import { broughtBy, canonicalName, isGuard, packageOf } from './known-handlers.js';
import { BIND, END, rankOf, YOURS } from './order.js';
import { placeHandlers, type Placed } from './place-handlers.js';
import type { Side } from './side.js';

/** What decides which handlers stand in the chain of an operation. */
export interface ChainQuestion {
  readonly side: Side;
  readonly operation: Operation;
  /** The configured chain, or undefined where none is configured. */
  readonly configured: string | undefined;
  /** The configuration key of that chain, for messages. */
  readonly configKey: string;
  /** Handlers of the policy decorators present on the operation. */
  readonly policies: readonly string[];
  /** Told of names whose plug-in is not listed. */
  warn(message: string): void;
}

/**
 * The names of an operation's links, first to last, `bind` among them, without the one that ends the chain.
 *
 * @throws ChassisError `CHAIN_INVALID` for a name nobody knows, `PLUGIN_MISSING` for a guard that is not installed
 */
export function chooseHandlers(question: ChainQuestion, table: HandlerTable): readonly string[] {
  const { side } = question;
  const { base, removed } = baseOf(question, table);
  const added = [
    ...(side === 'provider' ? [BIND] : []),
    ...table.of(side).filter((entry) => entry.everywhere).map((entry) => entry.name),
    ...used(question, table),
    ...question.policies,
    ...base.flatMap((name) => broughtBy(side, name)).filter((name) => table.find(side, name)),
  ];
  const keep = (name: string): boolean => name !== END[side] && (name === BIND || !removed.has(name));
  return placeHandlers(side, {
    base: [...new Set(base)].filter(keep).map((name) => placed(side, name, table)),
    added: [...new Set(added)].filter((name) => keep(name) && !base.includes(name)).map((name) => placed(side, name, table)),
  });
}

function baseOf(question: ChainQuestion, table: HandlerTable): { base: string[]; removed: Set<string> } {
  const removed = new Set<string>();
  if (question.configured === undefined) {
    const base = table.of(question.side).map((entry) => entry.name).filter((name) => rankOf(question.side, name) !== undefined);
    return { base: base.sort((a, b) => rank(question.side, a) - rank(question.side, b)), removed };
  }
  const base: string[] = [];
  let onlyRemovals = true;
  for (const written of question.configured.split(',')) {
    const name = canonicalName(written.replace(/\s/g, ''));
    if (name.startsWith('-')) removed.add(canonicalName(name.slice(1)));
    else if (name !== '') {
      onlyRemovals = false;
      if (isInstalled(name, question, table)) base.push(name);
    }
  }
  if (onlyRemovals && removed.size > 0) return { base: baseOf({ ...question, configured: undefined }, table).base, removed };
  return { base, removed };
}

function isInstalled(name: string, question: ChainQuestion, table: HandlerTable): boolean {
  const { side, configKey } = question;
  if (table.find(side, name) || name === END[side] || (name === BIND && side === 'provider')) return true;
  const bringer = packageOf(name);
  if (!bringer) {
    const nearest = nearestName(name, table.of(side).map((entry) => entry.name));
    throw coreError(
      'CHAIN_INVALID',
      `${configKey}: no ${side} handler is called "${name}"${nearest ? `; did you mean "${nearest}"?` : ''}`,
    );
  }
  const message = `${configKey}: the handler "${name}" comes with ${bringer}, which is not listed in plugins`;
  if (isGuard(name)) throw coreError('PLUGIN_MISSING', `${message}; a chain that asks for it does not run without it`);
  question.warn(`${message}; the chain runs without it`);
  return false;
}

/** The handlers that `@Use` names, of the class first: they stand outside. */
function used({ side, operation }: ChainQuestion, table: HandlerTable): readonly string[] {
  const uses = [...(operation.schema.read(UseKey) ?? []), ...(operation.read(UseKey) ?? [])];
  return uses.flatMap((use) => {
    const name = typeof use === 'string' ? use : nameOf(use);
    if (table.find(side, name)) return [name];
    if ((['provider', 'consumer', 'method'] as const).some((other) => table.find(other, name))) return [];
    const hint = typeof use === 'string' ? '' : `; list ${use.name} in the handlers of a module`;
    throw coreError('CHAIN_INVALID', `${operation.id}: @Use names the handler "${name}", which is not there${hint}`);
  });
}

function nameOf(type: HandlerClass): string {
  const mark = read(type, HandlerKey);
  if (!mark) throw coreError('CHAIN_INVALID', `@Use(${type.name}): the class is not marked with @Handler`);
  return mark.name;
}

function placed(side: Side, name: string, table: HandlerTable): Placed {
  const entry: Partial<HandlerEntry> = table.find(side, name) ?? {};
  const anchors = { ...(entry.before && { before: canonicalName(entry.before) }), ...(entry.after && { after: canonicalName(entry.after) }) };
  return { name, ...anchors };
}

function rank(side: Side, name: string): number {
  return rankOf(side, name) ?? rankOf(side, YOURS) ?? 0;
}
